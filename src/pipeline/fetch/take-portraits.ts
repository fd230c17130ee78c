/** From the files that Commons has of a person to the photos that are kept: lawful, whole, and of that person. */
import { AppError } from "../../errors.ts";
import type { Credit } from "../../gallery/credit.ts";
import { type CommonsFile, readCategoryFiles } from "../../wikimedia/commons/commons-files.ts";
import type { WikimediaClient } from "../../wikimedia/http/wikimedia-client.ts";
import type { PersonDetails } from "../../wikimedia/select/person-details.ts";
import type { LeftOut, LeftOutReason } from "../../wikimedia/staging/finished-person.ts";
import { type StagingFolder, sha1Of } from "../../wikimedia/staging/staging-folder.ts";
import {
	checkFurtherPortrait,
	checkMainPortrait,
	type Portrait,
	type PortraitRule,
} from "../check-portrait.ts";
import type { EmbedTools } from "../embed-photos.ts";
import { isMinorIn } from "./judge-person.ts";

export interface PortraitTools extends EmbedTools {
	readonly client: Pick<WikimediaClient, "commons" | "photo">;
	readonly staging: StagingFolder;
	readonly portraitRule: PortraitRule;
}

export interface PortraitWish {
	readonly details: PersonDetails;
	/** Wikidata's pictures of the person, best first. */
	readonly main: readonly MainImage[];
	readonly photosPerPerson: number;
	readonly width: number;
	readonly today: string;
}

export interface MainImage {
	readonly title: string;
	/** Missing where Commons has none of that title. */
	readonly file: CommonsFile | undefined;
	/** Who stands first in the selection of those whom it is to show. */
	readonly owner: string;
}

export interface TakenPhoto {
	readonly photo: string;
	readonly credit: Credit;
}

type Refusal = Pick<LeftOut, "title" | "reason" | "message">;

/** Further photos that are looked at for each that is wanted. */
const TRIES_PER_PHOTO = 2;
const PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp", "image/tiff"];
/** A smaller photo has no face of the size that a gallery needs. */
const LEAST_SIDE_PX = 200;
/** Files of a person's category that show things, or likenesses instead of the person. */
const NOT_THE_PERSON =
	/\b(signature|autograph|grave|tomb|statue|bust|sculpture|wax|wachs|tussaud|plaque|mural|graffiti|poster|cover|logo|stamp|coin|star|handprints?|cartoon|caricature|drawing|painting|cosplay|lookalike|house|memorial)/i;

/**
 * The first of Wikidata's pictures that can stand for the person, and further photos of the person's category that
 * agree with it.
 * @throws AppError DOWNLOAD_FAILED if a service is out of reach
 */
export async function takePortraits(
	wish: PortraitWish,
	tools: PortraitTools,
): Promise<{ readonly photos: readonly TakenPhoto[]; readonly refused: readonly Refusal[] }> {
	const { details, main, photosPerPerson } = wish;
	const refused: Refusal[] = [];
	const portraits: Portrait[] = [];
	const photos: TakenPhoto[] = [];
	const take = async (
		file: CommonsFile,
		check: (bytes: Uint8Array) => ReturnType<typeof checkMainPortrait>,
	) => {
		const { title } = file;
		const objection = objectionTo(file, details);
		const fetched = objection ?? (await fetchPhoto(file, details.id, wish, tools));
		if ("reason" in fetched) return void refused.push({ title, ...fetched });
		const checked = await check(fetched.bytes);
		if ("reason" in checked) return void refused.push({ title, ...checked });
		portraits.push(checked);
		photos.push({ photo: fetched.photo, credit: fetched.credit });
		await rememberFace(fetched, checked, tools);
	};

	for (const { title, file, owner } of main) {
		if (photos.length > 0) break;
		if (owner !== details.id) refused.push({ title, reason: "PORTRAIT_OF_ANOTHER", message: owner });
		else if (!file) refused.push({ title, reason: "FILE_MISSING" });
		else await take(file, (bytes) => checkMainPortrait(bytes, tools));
	}
	if (photos.length === 0 || photosPerPerson === 1 || details.category === undefined)
		return { photos, refused };

	const files = await readCategory(details.category, wish, tools);
	if ("reason" in files) return { photos, refused: [...refused, files] };
	const known = new Set(photos.map(({ credit }) => credit.sha1));
	const further = files.filter(({ sha1, title }) => !known.has(sha1) && !NOT_THE_PERSON.test(title));
	const numTries = TRIES_PER_PHOTO * (photosPerPerson - 1);
	for (const file of further.filter((one) => !objectionTo(one, details)).slice(0, numTries)) {
		if (photos.length === photosPerPerson) break;
		await take(file, (bytes) => checkFurtherPortrait(bytes, portraits, tools.portraitRule, tools));
	}
	return { photos, refused };
}

/** Anybody may write into Wikidata what no category can be called: that is no reason to end. */
async function readCategory(
	category: string,
	{ width }: PortraitWish,
	{ client }: PortraitTools,
): Promise<readonly CommonsFile[] | Refusal> {
	try {
		return await readCategoryFiles(client, category, width);
	} catch (error) {
		if (!(error instanceof AppError && error.code === "QUERY_FAILED")) throw error;
		return { title: `Category:${category}`, reason: "CATEGORY_REFUSED", message: error.message };
	}
}

/** What speaks against a file before it is downloaded. */
function objectionTo(file: CommonsFile, { birthYear }: PersonDetails): Refusal | undefined {
	const { mime, width, height, year, refusal } = file;
	if (!PHOTO_TYPES.includes(mime)) return { reason: "NOT_A_PHOTO", message: mime };
	if (refusal !== undefined) return { reason: refusal };
	if (Math.min(width, height) < LEAST_SIDE_PX)
		return { reason: "TOO_SMALL", message: `${width} x ${height}` };
	if (year !== undefined && birthYear !== undefined && isMinorIn(year, birthYear)) {
		return { reason: "MINOR_IN_PHOTO", message: `taken in ${year}, born in ${birthYear}` };
	}
	return undefined;
}

/** The photo from the disk, if an earlier run had it, or else from Commons. */
async function fetchPhoto(
	file: CommonsFile,
	person: string,
	{ width, today }: PortraitWish,
	{ staging, client }: PortraitTools,
): Promise<(TakenPhoto & { readonly bytes: Uint8Array }) | { reason: LeftOutReason; message: string }> {
	const { sha1, address, isOriginal } = file;
	const key = `${sha1}-${isOriginal ? "original" : width}`;
	const credit: Credit = { ...(file.credit as Credit), retrieved: today };
	const found = await staging.findPhoto(person, key);
	if (found) return { ...found, credit };
	try {
		const bytes = await client.photo(address);
		if (isOriginal && sha1Of(bytes) !== sha1) {
			return { reason: "CHECKSUM_MISMATCH", message: `Expected ${sha1} but received ${sha1Of(bytes)}.` };
		}
		return { ...(await staging.keepPhoto(person, key, bytes)), credit };
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		const { code, message } = error;
		if (code !== "FILE_REFUSED" && code !== "FILE_UNSERVED") throw error;
		return { reason: code, message };
	}
}

/** Notes the face for the gallery builder, which then need not look for it again. */
async function rememberFace(
	{ photo: source, credit }: TakenPhoto,
	{ embedding, box, landmarks, photo, chip }: Portrait,
	{ staging, journal, keepPicture }: PortraitTools,
): Promise<void> {
	const listed = { file: staging.fileOf(source), source, person: 0 };
	if (await journal.find(listed)) return;
	const picture = await keepPicture?.({ photo, box, chip, credit });
	await journal.add(listed, { embedding, box, landmarks, picture });
}
