/** Looks at all of a gallery, a single file or a folder: whether it is whole, and whether its parts fit one another. */
import { type GalleryManifest, readManifest } from "../folder/manifest.ts";
import type { Gallery } from "../gallery.ts";
import { denyListOf, isFolder, type OpenedGallery, openGallery, picturesFolderOf } from "../gallery-store.ts";
import { DenyList, readDenyEntries } from "../people/deny-list.ts";
import { type Check, check, notMade } from "./check.ts";
import {
	type CreditRules,
	checkCatalogue,
	checkCredits,
	checkDenied,
	checkGeometries,
} from "./check-catalogue.ts";
import { checkFiles, checkManifest, checkStrays } from "./check-folder.ts";
import { checkPictures } from "./check-pictures.ts";

/**
 * Whatever a gallery's files hold, what is wrong with them is told and not thrown.
 * @returns all checks, in the order of how deep they look
 */
export async function verifyGallery(place: string, rules: CreditRules): Promise<Check[]> {
	const manifest = isFolder(place) ? await openManifest(place) : undefined;
	const index = await openIndex(place);
	return [
		...(manifest ? [manifest.check] : []),
		index.check,
		...(await checkContents(place, index.opened?.gallery, rules)),
		...(manifest?.value ? await checkWhole(place, manifest.value, index.opened) : []),
	];
}

async function openManifest(folder: string): Promise<{ value: GalleryManifest | undefined; check: Check }> {
	let value: GalleryManifest | undefined;
	const made = await check("manifest", async (problems) => {
		value = readManifest(folder);
		if (value) return checkFiles(folder, value, problems);
		problems.all.push("the folder has no manifest.json");
		return "";
	});
	return { value, check: made };
}

/** Reading checks the checksums of all sections, the lengths, the graph's links and each row's length. */
async function openIndex(place: string): Promise<{ opened: OpenedGallery | undefined; check: Check }> {
	let opened: OpenedGallery | undefined;
	const made = await check("index", () => {
		opened = openGallery(place);
		const { index, pipelineVersion } = opened.gallery;
		const numAdded = index.size - opened.written.index.size;
		const added = numAdded > 0 ? `, ${numAdded} of them among the additions` : "";
		return `${index.size} rows of ${index.dimension} numbers by ${pipelineVersion}${added}, ${index.calibration ? "its search calibrated" : "so few that all of them are compared"}`;
	});
	return { opened, check: made };
}

async function checkContents(
	place: string,
	gallery: Gallery | undefined,
	rules: CreditRules,
): Promise<Check[]> {
	if (!gallery) {
		const names = ["people", "faces", "scale", "credits", "deny list", "pictures"];
		return names.map((name) => notMade(name, "the index can't be read"));
	}
	return [
		await check("people", (problems) => checkCatalogue(gallery, problems)),
		await check("faces", (problems) => checkGeometries(gallery, problems)),
		await check("scale", () =>
			gallery.scale ? `of scores, measured on ${gallery.scale.numPhotos} photos` : "none",
		),
		await check("credits", (problems) => checkCredits(gallery, problems, rules)),
		await check("deny list", async (problems) => {
			const entries = await readDenyEntries(denyListOf(place), { isOptional: true });
			return checkDenied(gallery, new DenyList(entries), problems);
		}),
		await check("pictures", (problems) => checkPictures(picturesFolderOf(place), gallery, problems)),
	];
}

/** Whether a folder's files are of one gallery, and of no other. */
async function checkWhole(
	folder: string,
	manifest: GalleryManifest,
	opened: OpenedGallery | undefined,
): Promise<Check[]> {
	const agreement = opened
		? await check("agreement", (problems) => checkManifest(folder, manifest, opened, problems))
		: notMade("agreement", "the index can't be read");
	return [agreement, await check("strays", (problems) => checkStrays(folder, manifest, problems))];
}
