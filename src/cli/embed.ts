/** `embed PHOTO...`: faces and their embeddings, as JSON lines or as one NumPy matrix. */
import type { Command } from "commander";
import { AppError } from "../errors.ts";
import { streamFileAtomically } from "../files/atomic-file.ts";
import { npyParts } from "../files/npy.ts";
import { align, decode, detect, EMBEDDING_BATCH, type EmbeddedStage, embed } from "../pipeline/face-steps.ts";
import { Pipeline } from "../pipeline/pipeline.ts";
import { addSettingFlags, EXIT, type Openers, type SettingFlags, settingsOf } from "./command.ts";
import { readPathList, readPhotoFile } from "./photo-files.ts";
import { Progress } from "./progress.ts";

interface EmbedFlags extends SettingFlags {
	readonly list?: string;
	readonly npy?: string;
	readonly allFaces?: true;
}

export function addEmbedCommand(program: Command, { openFaceTools }: Openers): void {
	addSettingFlags(program.command("embed"), { withGallery: false })
		.description("print box, score and embedding of the face in each photo, one JSON object per face")
		.argument("[photo...]", "image files")
		.option("--list <file>", "read the photos' paths from a file, one per line, from that file's folder on")
		.option("--npy <file>", "write the embeddings as a float32 NumPy matrix; the JSON then names the rows")
		.option("--all-faces", "every face, not only the largest central one")
		.action(async (photos: string[], flags: EmbedFlags, command: Command) => {
			const files = [...photos, ...(flags.list ? await readPathList(flags.list) : [])];
			if (files.length === 0)
				command.error("error: expected photos or --list FILE", { exitCode: EXIT.usage });
			const tools = await openFaceTools(settingsOf(flags));
			const progress = new Progress("embedding");
			const rows: Float32Array[] = [];
			try {
				const outcomes = Pipeline.from(files)
					.step("load", readPhotoFile, { concurrency: 2 })
					.step("decode", decode({}), { concurrency: 2 })
					.step("detect", detect(tools, flags.allFaces ? Number.POSITIVE_INFINITY : 1), { concurrency: 2 })
					.step("align", align(tools))
					.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
					.outcomes();
				let numDone = 0;
				for await (const outcome of outcomes) {
					if (outcome.ok)
						printFaces(outcome.input, outcome.value, flags.npy === undefined ? undefined : rows);
					else printFailure(outcome.input, outcome.error);
					progress.update(++numDone, files.length);
				}
				progress.end();
				if (flags.npy !== undefined)
					await streamFileAtomically(flags.npy, npyParts(rows.length, tools.model.dimension, rows));
			} finally {
				await tools.engine.close();
			}
		});
}

/** @param rows where embeddings are collected instead of being printed */
function printFaces(
	photo: string,
	{ faces, embeddings }: EmbeddedStage,
	rows: Float32Array[] | undefined,
): void {
	for (const [i, { box, score }] of faces.entries()) {
		const embedding = embeddings[i] as Float32Array;
		const where = rows ? { row: rows.push(embedding) - 1 } : { embedding: [...embedding] };
		console.log(JSON.stringify({ path: photo, box, score, ...where }));
	}
}

function printFailure(photo: string, error: unknown): void {
	if (!(error instanceof AppError)) throw error;
	process.exitCode = EXIT.failed;
	console.log(JSON.stringify({ path: photo, error: { code: error.code, message: error.message } }));
}
