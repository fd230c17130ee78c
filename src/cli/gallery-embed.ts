/** What `gallery build` and `gallery add` share: reading a list, embedding it with progress, telling what was left out. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { writeFileAtomically } from "../atomic-file.ts";
import { AppError } from "../errors.ts";
import { BuildJournal } from "../gallery/build-journal.ts";
import { picturesFolderOf } from "../gallery/gallery-store.ts";
import { type PhotoList, readPhotoList, scanPhotoFolder } from "../gallery/photo-list.ts";
import { encodeJpeg } from "../image/encode-jpeg.ts";
import type { BuildReport } from "../pipeline/build-gallery.ts";
import type { EmbedOptions, EmbedTools } from "../pipeline/embed-photos.ts";
import { type Openers, type SettingFlags, settingsOf } from "./command.ts";
import { readPhotoFile } from "./photo-files.ts";
import { Progress } from "./progress.ts";

export interface EmbedFlags extends SettingFlags {
	readonly pictures?: true;
	readonly report?: string;
}

/** Longer side of a kept face crop, in pixels. */
const PICTURE_SIDE_PX = 320;
/** How much of the photo around the face a kept picture shows, in widths and heights of the face. */
const PICTURE_MARGIN = 0.45;

export function addEmbedFlags(command: Command): Command {
	return command
		.option("--pictures", "keep a crop of each face beside the gallery, for the page to show")
		.option("--report <file>", "write why photos were left out, one JSON object per photo");
}

/** @throws AppError as readPhotoList and scanPhotoFolder */
export async function readList(source: string): Promise<PhotoList> {
	const status = await stat(source).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected a folder or a list at ${source} but it can't be read.`, {
			cause,
		});
	});
	return status.isDirectory() ? scanPhotoFolder(source) : readPhotoList(source);
}

/**
 * Opens the models and the journal beside the gallery file, and closes them whatever happens. The journal goes away
 * only when the work is done; an interrupt ends it between two photos.
 */
export async function withEmbedTools(
	galleryFile: string,
	flags: EmbedFlags,
	{ openFaceTools }: Openers,
	work: (tools: EmbedTools, options: EmbedOptions) => Promise<void>,
): Promise<void> {
	const tools = await openFaceTools(settingsOf(flags));
	const settings = `${tools.model.pipelineVersion}${flags.pictures ? " with pictures" : ""}`;
	const progress = new Progress("photos");
	const interrupt = new AbortController();
	const onInterrupt = () => {
		interrupt.abort(
			new AppError("SHUTTING_DOWN", "Interrupted.", { hint: "Run the same command again to go on." }),
		);
	};
	process.once("SIGINT", onInterrupt);
	let journal: BuildJournal | undefined;
	let isDone = false;
	try {
		journal = await BuildJournal.open(`${galleryFile}.journal`, settings);
		await work(
			{
				...tools,
				readPhoto: readPhotoFile,
				journal,
				...(flags.pictures && { keepPicture: pictureKeeper(galleryFile) }),
			},
			{
				concurrency: Number(flags.workers ?? 1) + 1,
				signal: interrupt.signal,
				onProgress: ({ numDone, numPhotos, numRejected }) => {
					progress.update(numDone, numPhotos, `${numRejected} without a good face`);
					if (numDone === numPhotos) progress.end();
				},
			},
		);
		isDone = true;
	} finally {
		if (!isDone) progress.end();
		process.off("SIGINT", onInterrupt);
		await journal?.close(isDone);
		await tools.engine.close();
	}
}

export async function writeReport(file: string, { rejected }: BuildReport): Promise<void> {
	const lines = rejected.map((photo) => `${JSON.stringify(photo)}\n`);
	await writeFileAtomically(file, Buffer.from(lines.join("")));
}

/** How many photos were taken, and why the others were not. */
export function summarise({ numPhotos, rejected }: BuildReport): string {
	const reasons = new Map<string, number>();
	for (const { code, message } of rejected) {
		const reason = code === "FACE_NOT_GOOD_ENOUGH" ? `${code} (${message.split(": ").at(-1)})` : code;
		reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
	}
	const peakMb = process.resourceUsage().maxRSS / 1024;
	return [
		`${numPhotos - rejected.length} of ${numPhotos} photos, peak memory ${peakMb.toFixed(0)} MB`,
		...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `  left out ${count}: ${reason}`),
	].join("\n");
}

/** Keeps crops beside the gallery file, named after what they are of: no two photos share a name. */
function pictureKeeper(galleryFile: string): NonNullable<EmbedTools["keepPicture"]> {
	const folder = picturesFolderOf(galleryFile);
	return async (photo, box, source) => {
		const name = `${createHash("sha256").update(source).digest("hex").slice(0, 24)}.jpg`;
		const region = {
			x: box.x - box.width * PICTURE_MARGIN,
			y: box.y - box.height * PICTURE_MARGIN,
			width: box.width * (1 + 2 * PICTURE_MARGIN),
			height: box.height * (1 + 2 * PICTURE_MARGIN),
		};
		const jpeg = await encodeJpeg(photo, { region, maxSidePx: PICTURE_SIDE_PX });
		await writeFileAtomically(path.join(folder, name), jpeg);
		return name;
	};
}
