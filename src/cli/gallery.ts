/** `gallery build` and `gallery info`: making galleries and looking into them. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { AppError } from "../errors.ts";
import { BuildJournal } from "../gallery/build-journal.ts";
import { picturesFolderOf, readGallery, writeFileAtomically } from "../gallery/gallery-store.ts";
import { readPhotoList, scanPhotoFolder } from "../gallery/photo-list.ts";
import { encodeJpeg } from "../image/encode-jpeg.ts";
import { type BuildReport, type BuildTools, buildGallery } from "../pipeline/build-gallery.ts";
import { addSettingFlags, type Openers, type SettingFlags, settingsOf, wholeNumber } from "./command.ts";
import { readPhotoFile } from "./photo-files.ts";
import { Progress } from "./progress.ts";

interface BuildFlags extends SettingFlags {
	readonly out: string;
	readonly name?: string;
	readonly pictures?: true;
	readonly report?: string;
	readonly seed: number;
}

/** Longer side of a kept face crop, in pixels. */
const PICTURE_SIDE_PX = 320;
/** How much of the photo around the face a kept picture shows, in widths and heights of the face. */
const PICTURE_MARGIN = 0.45;

export function addGalleryCommands(program: Command, openers: Openers): void {
	const gallery = program.command("gallery").description("make galleries and look into them");
	addBuildCommand(gallery, openers);
	addInfoCommand(gallery);
}

function addBuildCommand(gallery: Command, { openFaceTools }: Openers): void {
	addSettingFlags(gallery.command("build"), { withGallery: false })
		.description("build a gallery file; interrupted, the same command goes on where it was")
		.argument(
			"<source>",
			"a folder with one sub-folder per person, or a CSV: photo,name,wikipedia,collection",
		)
		.requiredOption("-o, --out <file>", "the gallery file to write")
		.option("--name <name>", "the name to show; otherwise that of the file")
		.option("--pictures", "keep a crop of each face beside the gallery, for the page to show")
		.option("--report <file>", "write why photos were left out, one JSON object per photo")
		.option("--seed <n>", "seed of the index", wholeNumber(0), 1)
		.action(async (source: string, flags: BuildFlags) => {
			const startMs = performance.now();
			const list = (await isFolder(source)) ? await scanPhotoFolder(source) : await readPhotoList(source);
			const tools = await openFaceTools(settingsOf(flags));
			const { pipelineVersion } = tools.model;
			const journal = await BuildJournal.open(
				`${flags.out}.journal`,
				`${pipelineVersion}${flags.pictures ? " with pictures" : ""}`,
			);
			const interrupt = new AbortController();
			process.once("SIGINT", () =>
				interrupt.abort(
					new AppError("SHUTTING_DOWN", "Interrupted.", {
						hint: "Run the same command again to go on.",
					}),
				),
			);
			const progress = new Progress("photos");
			let isDone = false;
			try {
				const { gallery, report } = await buildGallery(
					list,
					{
						...tools,
						readPhoto: readPhotoFile,
						journal,
						...(flags.pictures && { keepPicture: pictureKeeper(flags.out) }),
					},
					{
						name: flags.name ?? path.basename(flags.out, path.extname(flags.out)),
						seed: flags.seed,
						concurrency: Number(flags.workers ?? 1) + 1,
						signal: interrupt.signal,
						onProgress: ({ numDone, numPhotos, numRejected }) =>
							progress.update(numDone, numPhotos, `${numRejected} without a good face`),
					},
				);
				progress.end();
				const bytes = gallery.encode();
				await writeFileAtomically(flags.out, bytes);
				if (flags.report) await writeReport(flags.report, report);
				isDone = true;
				console.log(
					summarise(report, gallery.people.length, bytes.length, (performance.now() - startMs) / 1000),
				);
				console.log(`Wrote ${flags.out}`);
			} finally {
				progress.end();
				await journal.close(isDone);
				await tools.engine.close();
			}
		});
}

function addInfoCommand(gallery: Command): void {
	gallery
		.command("info")
		.description("say what a gallery file holds")
		.argument("<file>", "the gallery file")
		.option("--json", "as one JSON object")
		.action(async (file: string, flags: { json?: true }) => {
			const gallery = await readGallery(file);
			const collections = new Map<string, number>();
			for (const collection of gallery.people.flatMap((person) => person.collections)) {
				collections.set(collection, (collections.get(collection) ?? 0) + 1);
			}
			const info = {
				file,
				bytes: (await stat(file)).size,
				name: gallery.name,
				people: gallery.people.length,
				photos: gallery.size,
				collections: Object.fromEntries(collections),
				dimension: gallery.index.dimension,
				pipelineVersion: gallery.pipelineVersion,
				graph: gallery.index.hasGraph,
				changes: gallery.index.numChanges,
				calibration: gallery.index.calibration,
			};
			if (flags.json) console.log(JSON.stringify(info));
			else
				for (const [key, value] of Object.entries(info)) console.log(`${key.padEnd(16)} ${printable(value)}`);
		});
}

function printable(value: unknown): string {
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

async function isFolder(source: string): Promise<boolean> {
	const status = await stat(source).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected a folder or a list at ${source} but it can't be read.`, {
			cause,
		});
	});
	return status.isDirectory();
}

/** Keeps crops beside the gallery file, named after what they are of: no two people's photos share a name. */
function pictureKeeper(galleryFile: string): NonNullable<BuildTools["keepPicture"]> {
	const folder = picturesFolderOf(galleryFile);
	return async (photo, box, source) => {
		const name = `${createHash("sha256").update(source).digest("hex").slice(0, 24)}.jpg`;
		const region = {
			x: box.x - box.width * PICTURE_MARGIN,
			y: box.y - box.height * PICTURE_MARGIN,
			width: box.width * (1 + 2 * PICTURE_MARGIN),
			height: box.height * (1 + 2 * PICTURE_MARGIN),
		};
		await writeFileAtomically(
			path.join(folder, name),
			await encodeJpeg(photo, { region, maxSidePx: PICTURE_SIDE_PX }),
		);
		return name;
	};
}

async function writeReport(file: string, { rejected }: BuildReport): Promise<void> {
	const lines = rejected.map((photo) => `${JSON.stringify(photo)}\n`);
	await writeFileAtomically(file, Buffer.from(lines.join("")));
}

function summarise(
	{ numPhotos, rejected }: BuildReport,
	numPeople: number,
	numBytes: number,
	seconds: number,
): string {
	const reasons = new Map<string, number>();
	for (const { code, message } of rejected) {
		const reason = code === "FACE_NOT_GOOD_ENOUGH" ? `${code} (${message.split(": ").at(-1)})` : code;
		reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
	}
	const peakMb = process.resourceUsage().maxRSS / 1024;
	return [
		`${numPhotos - rejected.length} of ${numPhotos} photos, ${numPeople} people, ${(numBytes / 1e6).toFixed(2)} MB, ${seconds.toFixed(1)} s, peak memory ${peakMb.toFixed(0)} MB`,
		...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `  left out ${count}: ${reason}`),
	].join("\n");
}
