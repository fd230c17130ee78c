/** Whether a gallery's folder holds what its manifest says, and nothing else. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { creditsOf, creditsOfRows, formatCreditLines } from "../folder/credits.ts";
import { picturesOf } from "../folder/gallery-folder.ts";
import type { GalleryManifest, ManifestFile } from "../folder/manifest.ts";
import type { OpenedGallery } from "../gallery-store.ts";
import { counted, type Problems } from "./check.ts";

/** The files that the manifest names: their sizes and checksums. */
export async function checkFiles(
	folder: string,
	manifest: GalleryManifest,
	problems: Problems,
): Promise<string> {
	const files = filesOf(manifest);
	for (const file of files)
		await checkFile(folder, file, problems, file === manifest.additions || file === manifest.addedCredits);
	for (const { path: named } of files) {
		problems.expect(named.startsWith(`generation-${manifest.generation}/`), () => {
			return `${named} is not of generation ${manifest.generation}`;
		});
	}
	return `version ${manifest.version}, generation ${manifest.generation}`;
}

function filesOf({ index, credits, additions, addedCredits }: GalleryManifest): ManifestFile[] {
	return [index, credits, additions, addedCredits].filter((file) => file !== undefined);
}

/** @param mayGoOn whether what lies behind the bytes that the manifest counts is nothing: see additions-file.ts */
async function checkFile(
	folder: string,
	expected: ManifestFile,
	problems: Problems,
	mayGoOn: boolean,
): Promise<void> {
	const digest = createHash("sha256");
	let bytes = 0;
	try {
		const end = mayGoOn ? expected.bytes - 1 : Number.POSITIVE_INFINITY;
		for await (const chunk of createReadStream(path.join(folder, expected.path), { end })) {
			digest.update(chunk);
			bytes += (chunk as Buffer).byteLength;
		}
	} catch (error) {
		problems.all.push(`${expected.path} can't be read (${(error as NodeJS.ErrnoException).code})`);
		return;
	}
	if (bytes !== expected.bytes)
		problems.all.push(`${expected.path}: expected ${expected.bytes} bytes but found ${bytes}`);
	else if (digest.digest("hex") !== expected.sha256)
		problems.all.push(`${expected.path}: its SHA-256 is not that of the manifest`);
}

/** What the manifest and the list of credits say, against the gallery itself. */
export async function checkManifest(
	folder: string,
	manifest: GalleryManifest,
	{ gallery, written }: OpenedGallery,
	problems: Problems,
): Promise<string> {
	const expected = {
		name: gallery.name,
		pipelineVersion: gallery.pipelineVersion,
		numPeople: gallery.numPeople,
		numPhotos: gallery.numPhotos,
		numPictures: picturesOf(gallery).size,
	};
	for (const [key, value] of Object.entries(expected)) {
		const said = manifest[key as keyof typeof expected];
		problems.expect(said === value, () => `the manifest says ${key} ${said} but the gallery has ${value}`);
	}
	const read = async (file: ManifestFile) => {
		const bytes = await readFile(path.join(folder, file.path)).catch(() => undefined);
		return bytes?.subarray(0, file.bytes).toString();
	};
	const credits = await read(manifest.credits);
	const listed = creditsOf(written);
	const wanted = JSON.stringify(listed);
	problems.expect(credits !== undefined && compact(credits) === wanted, () => {
		return `${manifest.credits.path} does not list the credits of the gallery's photos`;
	});
	const added = creditsOfRows(
		gallery,
		gallery.rows().filter((row) => row >= written.index.size),
	);
	const { addedCredits } = manifest;
	const addedLines = addedCredits ? await read(addedCredits) : "";
	problems.expect(addedLines === formatCreditLines(added).toString(), () => {
		return `${addedCredits?.path ?? "the manifest"} does not list the credits of the photos that were added`;
	});
	return `${counted(manifest.numPictures, "picture")}, ${counted(listed.length + added.length, "credit")}`;
}

/** Files that belong to no gallery: what a kill left, or what somebody put there. */
export async function checkStrays(
	folder: string,
	manifest: GalleryManifest,
	problems: Problems,
): Promise<string> {
	const { generation } = manifest;
	const named = new Set(filesOf(manifest).map((file) => file.path));
	const own = new Set(["manifest.json", "deny.csv", "pictures", `generation-${generation}`]);
	const names = await readdir(folder);
	const inGeneration = await readdir(path.join(folder, `generation-${generation}`)).catch(() => []);
	const strays = [
		// a lock belongs to whoever is changing the gallery just now
		...names.filter((name) => !own.has(name) && !(name.startsWith(".") && name.endsWith(".lock"))),
		...inGeneration.map((name) => `generation-${generation}/${name}`).filter((name) => !named.has(name)),
	];
	for (const name of strays) problems.all.push(`${name} does not belong to the gallery`);
	return "no other files";
}

function compact(json: string): string | undefined {
	try {
		return JSON.stringify(JSON.parse(json));
	} catch {
		return undefined;
	}
}
