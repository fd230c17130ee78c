/** Where the strangers that ship with the program lie: one file for each pipeline that has some. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Strangers } from "./strangers.ts";

const DATA_FOLDER = fileURLToPath(new URL("../../data", import.meta.url));

/**
 * @param pipelineVersion what made the embeddings they are compared with
 * @returns undefined for a pipeline without strangers: its galleries are measured by their own people
 * @throws AppError INDEX_CORRUPT
 */
export function readStrangers(pipelineVersion: string): Strangers | undefined {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(strangersFileOf(pipelineVersion));
	} catch {
		return undefined;
	}
	return Strangers.decode(bytes);
}

export function strangersFileOf(pipelineVersion: string): string {
	return path.join(DATA_FOLDER, `strangers-${pipelineVersion}.bin`);
}
