/** The keys of a file, as it is now: whoever was taken the key away stays out within a second. */
import { unwatchFile, watchFile } from "node:fs";
import { type KnownKey, readKeys } from "../../../keys/key-file.ts";

const INTERVAL_MS = 1000;

export interface WatchedKeys {
	readonly ask: () => readonly KnownKey[];
	close(): void;
}

/**
 * @param onFailure told why a changed file was not taken: nobody has a key then
 * @throws AppError as readKeys
 */
export function watchKeys(file: string, onFailure: (error: unknown) => void): WatchedKeys {
	let keys = readKeys(file);
	const reload = () => {
		try {
			keys = readKeys(file);
		} catch (error) {
			keys = [];
			onFailure(error);
		}
	};
	watchFile(file, { interval: INTERVAL_MS, persistent: false }, reload);
	return { ask: () => keys, close: () => unwatchFile(file, reload) };
}
