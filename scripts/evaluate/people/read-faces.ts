/** The first face of each photo, embedded; kept in a file of JSON lines, since ten thousand photos take a while. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Face } from "../../../src/faces/face.ts";
import {
	align,
	decode,
	detect,
	EMBEDDING_BATCH,
	embed,
	type FaceTools,
} from "../../../src/pipeline/face-steps.ts";
import { Pipeline } from "../../../src/pipeline/pipeline.ts";

export interface ReadFace {
	/** Path below the folder. */
	readonly photo: string;
	/** Unit length. */
	readonly embedding: Float32Array;
	readonly clarity: number;
	/** Whether it passes all quality gates. */
	readonly isGood: boolean;
}

interface Line {
	readonly photo: string;
	/** Missing where no face was found. */
	readonly face?: { readonly embedding: string; readonly clarity: number; readonly isGood: boolean };
}

/**
 * @param photos paths below the folder
 * @param cacheFile what was read before, by this pipeline; more is added to it
 * @returns the faces of those photos that have one, by photo
 */
export async function readFaces(
	folder: string,
	photos: readonly string[],
	tools: FaceTools,
	cacheFile: string,
): Promise<Map<string, ReadFace>> {
	const lines = await readLines(cacheFile);
	const missing = photos.filter((photo) => !lines.has(photo));
	const cache = createWriteStream(cacheFile, { flags: "a" });
	const outcomes = Pipeline.from(missing)
		.step("load", (photo) => readFile(path.join(folder, photo)), { concurrency: 2 })
		.step("decode", decode(tools), { concurrency: 2 })
		.step("detect", detect(tools, 1), { concurrency: 2 })
		.step("align", align(tools))
		.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
		.outcomes();
	let numDone = 0;
	for await (const outcome of outcomes) {
		const line: Line = outcome.ok
			? {
					photo: outcome.input,
					face: toEntry(outcome.value.faces[0] as Face, outcome.value.embeddings[0] as Float32Array),
				}
			: { photo: outcome.input };
		lines.set(line.photo, line);
		cache.write(`${JSON.stringify(line)}\n`);
		if (++numDone % 500 === 0) console.error(`${numDone} of ${missing.length} photos`);
	}
	await new Promise<void>((resolve) => cache.end(resolve));
	return new Map(
		photos.flatMap((photo) => {
			const face = lines.get(photo)?.face;
			return face ? [[photo, { ...face, photo, embedding: fromBase64(face.embedding) }]] : [];
		}),
	);
}

/** Where the faces of one pipeline are kept, unless told otherwise. */
export function cacheFileFor(folder: string, pipelineVersion: string, temporaryFolder: string): string {
	const name = createHash("sha256").update(path.resolve(folder)).digest("hex").slice(0, 8);
	return path.join(temporaryFolder, `faces-${pipelineVersion}-${name}.jsonl`);
}

async function readLines(file: string): Promise<Map<string, Line>> {
	const lines = new Map<string, Line>();
	if (!existsSync(file)) return lines;
	for await (const text of createInterface({ input: createReadStream(file) })) {
		// a run that was interrupted may have left half a line
		if (!text.endsWith("}")) continue;
		const line: Line = JSON.parse(text);
		lines.set(line.photo, line);
	}
	return lines;
}

function toEntry({ quality }: Face, embedding: Float32Array): NonNullable<Line["face"]> {
	const bytes = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
	return {
		embedding: bytes.toString("base64"),
		clarity: quality.clarity,
		isGood: quality.issues.length === 0,
	};
}

function fromBase64(text: string): Float32Array {
	return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}
