/** What a change that a program asks for makes of a gallery, wherever that is: thought out, and not made yet. */
import { AppError } from "../../errors.ts";
import type { MisfitRule } from "../../gallery/audit/find-misfits.ts";
import { misfitRuleOf } from "../../gallery/audit/misfit-rule.ts";
import type { PhotoResult } from "../../gallery/building/build-journal.ts";
import type { ListedPhoto, PhotoList } from "../../gallery/building/photo-list.ts";
import { type ContentsChange, removalOf } from "../../gallery/order/contents-change.ts";
import { expectFreeName } from "../../gallery/order/find-rows.ts";
import type { DenyList } from "../../gallery/people/deny-list.ts";
import { similarityOf } from "../../gallery/people/similarity.ts";
import { type Person, personKey } from "../../gallery/person.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { samePersonCurve } from "../../resemblance/same-person.ts";
import { type PlannedAddition, planAddition } from "../build-gallery.ts";
import { type EmbeddedPhotos, toEmbedded } from "../embed-photos.ts";
import type { ChangeDone, GalleryChange, KnownPerson, UploadedPhotos } from "./gallery-change.ts";

export interface PlannedChange {
	/** Undefined where nothing is to be done. */
	readonly contents: ContentsChange | undefined;
	/** What can be said once it is done. */
	readonly done: ChangeDone;
}

/**
 * @param denied who must not be in the gallery
 * @throws AppError NOT_FOUND for somebody who is not there any more, KEPT_OUT for whom a deny list keeps out,
 * INVALID_ARGUMENT for a name that is somebody else's
 */
export async function planChange(
	before: ReadableGallery,
	change: GalleryChange,
	denied: DenyList,
): Promise<PlannedChange> {
	switch (change.kind) {
		case "add-person":
			return planPerson(before, change, denied);
		case "add-photos":
			return planPhotos(before, change, denied);
		case "remove-person":
			return planRemoval(before, findKnown(before, change.person));
		case "remove-photo":
			return planRemoval(before, findKnown(before, change.person), change.source);
		case "rename-person":
			return planRenaming(before, change, denied);
	}
}

/** What an addition makes of a gallery; undefined where it adds no photo. */
export function toContentsChange(
	{ people: known }: Pick<ReadableGallery, "people">,
	{ people, photos, embeddings }: Omit<PlannedAddition, "report">,
): ContentsChange | undefined {
	if (photos.length === 0) return undefined;
	const changed = [...people.slice(0, known.length).entries()].filter(([i, one]) => known[i] !== one);
	return {
		people: new Map(changed),
		...{ newPeople: people.slice(known.length), newPhotos: photos, newEmbeddings: embeddings },
	};
}

function planned(contents: ContentsChange | undefined, done: Partial<ChangeDone>): PlannedChange {
	return { contents, done: { sources: [], numPhotos: 0, numPassedOver: 0, refused: [], ...done } };
}

async function planPerson(
	before: ReadableGallery,
	{ person, uploaded }: Extract<GalleryChange, { kind: "add-person" }>,
	denied: DenyList,
): Promise<PlannedChange> {
	if (denied.reasonFor(person) !== undefined) throw keptOut("somebody");
	const listed = listOf(person, uploaded);
	if (listed.photos.every(({ source }) => denied.reasonForPhoto(source) !== undefined))
		throw keptOut("photos");
	const rules = { rules: { denied }, misfits: ruleOf(before) };
	const embedWanted = (wanted: readonly ListedPhoto[]) => resultsOf(wanted, uploaded, before);
	const { report, ...addition } = await planAddition(before, listed, embedWanted, rules);
	const added = addition.photos.map(({ source }) => source);
	return planned(toContentsChange(before, addition), {
		// those that were passed over may be of several people
		sources: added.length > 0 ? added : listed.photos.map(({ source }) => source),
		numPhotos: added.length,
		numPassedOver: report.numPassedOver,
		refused: [...report.rejected, ...report.leftOutPhotos.map(({ source }) => keptOutPhoto(source))],
	});
}

async function planPhotos(
	before: ReadableGallery,
	{ person, uploaded, isSure }: Extract<GalleryChange, { kind: "add-photos" }>,
	denied: DenyList,
): Promise<PlannedChange> {
	const number = findKnown(before, person);
	const known = new Set(before.rows().map((row) => before.source(row)));
	const { photos } = listOf(before.person(number), uploaded);
	const unknown = photos.filter(({ source }) => !known.has(source));
	const wanted = unknown.filter(({ source }) => denied.reasonForPhoto(source) === undefined);
	const { rejected, ...embedded } = resultsOf(wanted, uploaded, before);
	const isLikely = isSure ? () => true : await likenessTo(before, number);
	const { dimension } = before;
	const rowOf = (i: number) => embedded.embeddings.subarray(i * dimension, (i + 1) * dimension);
	const [kept, doubted] = [true, false].map((wish) =>
		[...embedded.photos.keys()].filter((i) => isLikely(rowOf(i)) === wish),
	) as [number[], number[]];
	const embeddings = new Float32Array(kept.length * dimension);
	for (const [i, from] of kept.entries()) embeddings.set(rowOf(from), i * dimension);
	const added = kept.map((i) => ({ ...embedded.photos[i]!, person: number }));
	return planned(toContentsChange(before, { people: before.people, photos: added, embeddings }), {
		sources: person.sources,
		numPhotos: added.length,
		numPassedOver: photos.length - unknown.length,
		refused: [
			...rejected,
			...doubted.map((i) => somebodyElse(embedded.photos[i]!.source)),
			...unknown.filter((photo) => !wanted.includes(photo)).map(({ source }) => keptOutPhoto(source)),
		],
	});
}

function planRenaming(
	before: ReadableGallery,
	{ person, changes }: Extract<GalleryChange, { kind: "rename-person" }>,
	denied: DenyList,
): PlannedChange {
	const number = findKnown(before, person);
	// an article of one's own tells namesakes apart
	if (changes.name !== undefined && !("wikipedia" in changes)) expectFreeName(before, number, changes.name);
	const renamed = { ...before.person(number), ...changes };
	if (denied.reasonFor(renamed) !== undefined) throw keptOut("somebody");
	const numPhotos = rowsOf(before, number).length;
	return planned({ people: new Map([[number, renamed]]) }, { sources: person.sources, numPhotos });
}

/** All photos of a person, who then is kept out of later builds, or one. */
function planRemoval(before: ReadableGallery, number: number, source?: string): PlannedChange {
	const all = rowsOf(before, number);
	const removed = all.filter((row) => source === undefined || before.source(row) === source);
	if (removed.length === 0) throw gone("a photo");
	const denied = source === undefined ? [before.person(number)] : [];
	return planned(removalOf(before, removed, denied), { numPhotos: removed.length });
}

function listOf(person: Person, { photos, credit }: UploadedPhotos): PhotoList {
	// nothing is read from a file: what would be is in the results
	const sources = new Set(photos.map(({ source }) => source));
	const listed = [...sources].map((source) => ({
		...{ source, file: source, person: 0 },
		...(credit && { credit }),
	}));
	return { people: [person], photos: listed, emptyFolders: [], spellings: [] };
}

function resultsOf(
	wanted: readonly ListedPhoto[],
	{ photos }: UploadedPhotos,
	{ dimension }: ReadableGallery,
): EmbeddedPhotos {
	const results = new Map(photos.map(({ source, result }) => [source, result]));
	return toEmbedded(
		wanted.map((photo) => [photo, results.get(photo.source) as PhotoResult] as const),
		dimension,
	);
}

/** @returns the person's number */
function findKnown(gallery: ReadableGallery, { key, sources }: KnownPerson): number {
	const known = new Set(sources);
	const row = gallery.rows().find((one) => known.has(gallery.source(one)));
	const number = row === undefined ? undefined : gallery.personOf(row);
	if (number !== undefined && personKey(gallery.person(number)) === key) return number;
	throw gone("a person");
}

function rowsOf(gallery: ReadableGallery, number: number): number[] {
	return gallery.rows().filter((row) => gallery.personOf(row) === number);
}

/** Whether a face is as alike to one of the person's photos as two of one person ordinarily are. */
async function likenessTo(
	gallery: ReadableGallery,
	number: number,
): Promise<(embedding: Float32Array) => boolean> {
	const own = await gallery.embeddingsOf(rowsOf(gallery, number));
	const { doubtful } = ruleOf(gallery);
	return (embedding) =>
		own.some(
			(other) => similarityOf(Float32Array.of(...embedding, ...other), other.length, 0, 1) >= doubtful,
		);
}

function ruleOf({ pipelineVersion }: ReadableGallery): MisfitRule {
	return misfitRuleOf(samePersonCurve(pipelineVersion));
}

function gone(what: string): AppError {
	return new AppError("NOT_FOUND", `Expected ${what} of the gallery but it is not there, or not any more.`, {
		hint: "Ask for the people again: somebody else may have changed the gallery.",
	});
}

function keptOut(what: string): AppError {
	return new AppError(
		"KEPT_OUT",
		`Expected ${what} who may be in the gallery but a deny list keeps them out.`,
		{
			hint: "Who was removed stays out until whoever runs the server takes them from the gallery's own deny list.",
		},
	);
}

function keptOutPhoto(source: string): ChangeDone["refused"][number] {
	return { source, code: "KEPT_OUT", message: "This photo was removed, and stays out." };
}

function somebodyElse(source: string): ChangeDone["refused"][number] {
	const message =
		"The face is less like each of the person's photos than 95 of 100 pairs of one person's photos are.";
	const hint = "Add it with sure=1 if it is the person nevertheless.";
	return { source, code: "SOMEBODY_ELSE", message, hint };
}
