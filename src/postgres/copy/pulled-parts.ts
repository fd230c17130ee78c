/** What has arrived of a gallery that is being pulled: files in a folder, so that a pull that was killed goes on. */
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import { writeFailure } from "../../files/write-failure.ts";

export interface PulledParts {
	/** A part as it was kept. */
	find(name: string): Promise<Buffer | undefined>;
	/** It survives the process once this resolves. @throws AppError as writeFailure */
	keep(name: string, bytes: Buffer): Promise<void>;
	/** Takes all of it away, once it is no longer of use. */
	remove(): Promise<void>;
}

/** For whoever starts anew each time. */
export const NO_PARTS: PulledParts = {
	find: async () => undefined,
	keep: async () => {},
	remove: async () => {},
};

/** In which state of the database the parts are; what has none is not known to be whole. */
const STATE_FILE = "state";

/**
 * @param state of the gallery in the database: parts of another one say nothing about it, and go
 * @returns whether there were such parts
 * @throws AppError as writeFailure
 */
export async function openParts(
	folder: string,
	state: string,
): Promise<{ parts: PulledParts; wasOfAnother: boolean }> {
	const stateFile = path.join(folder, STATE_FILE);
	const known = await read(stateFile);
	const isSame = known?.toString() === state;
	const remove = () => rm(folder, { recursive: true, force: true });
	try {
		if (!isSame) await remove();
		await mkdir(folder, { recursive: true });
		if (!isSame) await writeFileAtomically(stateFile, Buffer.from(state));
	} catch (cause) {
		throw writeFailure(folder, cause);
	}
	const fileOf = (name: string) => path.join(folder, `${name}.part`);
	return {
		parts: {
			find: (name) => read(fileOf(name)),
			keep: (name, bytes) => writeFileAtomically(fileOf(name), bytes),
			remove,
		},
		wasOfAnother: known !== undefined && !isSame,
	};
}

/** @returns undefined where there is no such file */
async function read(file: string): Promise<Buffer | undefined> {
	return readFile(file).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw error;
	});
}
