/** `embed PHOTO...`: faces and their embeddings, as JSON lines or as one NumPy matrix. */
import { type Command, Option } from "commander";
import { AppError } from "../errors.ts";
import { expectWritable, streamFileAtomically } from "../files/atomic-file.ts";
import { npyParts } from "../files/npy.ts";
import { align, decode, detect, EMBEDDING_BATCH, type EmbeddedStage, embed } from "../pipeline/face-steps.ts";
import { Pipeline } from "../pipeline/pipeline.ts";
import {
	addSettingFlags,
	EXIT,
	lockOptions,
	type Openers,
	type SettingFlags,
	settingsOf,
} from "./command.ts";
import { readPathList } from "./photo-files.ts";
import { describeFace } from "./photos/describe-face.ts";
import { findPhotos, readPhoto, STANDARD_INPUT } from "./photos/find-photos.ts";
import { Progress } from "./progress.ts";
import { type ResumedLines, withResumedLines } from "./resumed-lines.ts";

interface EmbedFlags extends SettingFlags {
	readonly list?: string;
	readonly npy?: string;
	readonly resume?: string;
	readonly allFaces?: true;
}

export function addEmbedCommand(program: Command, { openFaceTools }: Openers): void {
	addSettingFlags(program.command("embed"), { withGallery: false })
		.description(
			"print box, score, clarity and embedding of the face in each photo, one JSON object per face",
		)
		.argument("[photo...]", "photos, folders or patterns; - for the standard input")
		.option("--json", "as without it, for those who are used to it from the other commands")
		.option("--list <file>", "read the photos' paths from a file, one per line, from that file's folder on")
		.option("--npy <file>", "write the embeddings as a float32 NumPy matrix; the JSON then names the rows")
		.addOption(
			new Option(
				"--resume <file>",
				"add the lines to this file, and leave out photos that it names: a run that was ended goes on",
			).conflicts("npy"),
		)
		.option("--all-faces", "every face, not only the largest central one")
		.action(async (photos: string[], flags: EmbedFlags, command: Command) => {
			const named = [...(await findPhotos(photos)), ...(flags.list ? readPathList(flags.list) : [])];
			if (named.length === 0)
				command.error("error: expected photos or --list FILE", { exitCode: EXIT.usage });
			for (const file of [flags.npy, flags.resume]) if (file !== undefined) await expectWritable(file);
			const embedNew = ({ done, print }: ResumedLines) => {
				// what comes on the standard input has another name each time
				const files = named.filter((file) => file === STANDARD_INPUT || !done.has(file));
				return embedEach(files, flags, { print, openFaceTools });
			};
			if (flags.resume === undefined) await embedNew(PRINTED);
			else await withResumedLines(flags.resume, lockOptions("embed"), embedNew);
		});
}

async function embedEach(
	files: readonly string[],
	flags: EmbedFlags,
	{ print, openFaceTools }: Pick<Openers, "openFaceTools"> & { readonly print: Print },
): Promise<void> {
	const tools = await openFaceTools(settingsOf(flags));
	const progress = new Progress("embedding");
	const rows: Float32Array[] = [];
	try {
		const outcomes = Pipeline.from(files)
			.step("load", readPhoto, { concurrency: 2 })
			.step("decode", decode({}), { concurrency: 2 })
			.step("detect", detect(tools, flags.allFaces ? Number.POSITIVE_INFINITY : 1), { concurrency: 2 })
			.step("align", align(tools))
			.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
			.outcomes();
		let numDone = 0;
		for await (const outcome of outcomes) {
			if (outcome.ok)
				printFaces(print, outcome.input, outcome.value, flags.npy === undefined ? undefined : rows);
			else printFailure(print, outcome.input, outcome.error);
			progress.update(++numDone, files.length);
		}
		progress.end();
		if (flags.npy !== undefined)
			await streamFileAtomically(flags.npy, npyParts(rows.length, tools.model.dimension, rows));
	} finally {
		await tools.engine.close();
	}
}

type Print = ResumedLines["print"];

const PRINTED: ResumedLines = { done: new Set(), print: (lines) => console.log(lines) };

/** @param rows where embeddings are collected instead of being printed */
function printFaces(
	print: Print,
	photo: string,
	{ photo: decoded, faces, embeddings }: EmbeddedStage,
	rows: Float32Array[] | undefined,
): void {
	const lines: string[] = [];
	for (const [i, face] of faces.entries()) {
		const embedding = embeddings[i] as Float32Array;
		const where = rows ? { row: rows.push(embedding) - 1 } : { embedding: [...embedding] };
		lines.push(JSON.stringify({ photo, ...describeFace(face, decoded), ...where }));
	}
	// at once: a photo is named by all its faces or by none
	print(lines.join("\n"));
}

function printFailure(print: Print, photo: string, error: unknown): void {
	if (!(error instanceof AppError)) throw error;
	process.exitCode = EXIT.failed;
	print(JSON.stringify({ photo, error: { code: error.code, message: error.message } }));
}
