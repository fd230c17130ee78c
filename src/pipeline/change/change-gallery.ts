/** A change of a gallery that a program asks for: told as data, done under the lock, as the command line does it. */
import { AppError } from "../../errors.ts";
import type { LockedFile, LockOptions } from "../../files/file-lock.ts";
import type { MisfitRule } from "../../gallery/audit/find-misfits.ts";
import { misfitRuleOf } from "../../gallery/audit/misfit-rule.ts";
import type { PhotoResult, RejectedPhoto } from "../../gallery/build-journal.ts";
import type { Credit } from "../../gallery/credit.ts";
import { keepPictures, type Pictures } from "../../gallery/folder/pictures.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import {
	addToGallery,
	changeGallery,
	denyListOf,
	isFolder,
	writeGallery,
} from "../../gallery/gallery-store.ts";
import { withPerson } from "../../gallery/order/change-contents.ts";
import { DenyList, readDenyEntries } from "../../gallery/people/deny-list.ts";
import { similarityOf } from "../../gallery/people/similarity.ts";
import { type Person, personKey } from "../../gallery/person.ts";
import type { ListedPhoto, PhotoList } from "../../gallery/photo-list.ts";
import { samePersonCurve } from "../../resemblance/same-person.ts";
import { extendGalleryBy } from "../build-gallery.ts";
import { type EmbeddedPhotos, toEmbedded } from "../embed-photos.ts";
import { removeRows } from "./remove-rows.ts";

/** Somebody of a gallery, so that they are known again in the file, which others may have changed meanwhile. */
export interface KnownPerson {
	/** See personKey. */
	readonly key: string;
	/** Of their photos. */
	readonly sources: readonly string[];
}

/** Photos that were looked at, and what a gallery would keep of them. */
export interface UploadedPhotos {
	/** As they came; the same photo has the same source. */
	readonly photos: readonly { readonly source: string; readonly result: PhotoResult }[];
	/** Of those with a good face, each once, where the gallery keeps pictures. */
	readonly pictures: readonly Pictures[];
	/** Of all of them, where they are not the owner's own. */
	readonly credit?: Credit;
}

export type GalleryChange =
	| { readonly kind: "add-person"; readonly person: Person; readonly uploaded: UploadedPhotos }
	| {
			readonly kind: "add-photos";
			readonly person: KnownPerson;
			readonly uploaded: UploadedPhotos;
			/** Whether the photos show the person also where the faces hardly agree. */
			readonly isSure: boolean;
	  }
	| { readonly kind: "remove-person"; readonly person: KnownPerson }
	| { readonly kind: "remove-photo"; readonly person: KnownPerson; readonly source: string }
	| {
			readonly kind: "rename-person";
			readonly person: KnownPerson;
			readonly changes: Partial<Pick<Person, "name" | "wikipedia">>;
	  };

export interface ChangeOrder {
	/** Where the gallery is. */
	readonly place: string;
	readonly change: GalleryChange;
	/** Lists of who must not be in it, beside the gallery's own. */
	readonly denyLists: readonly string[];
	readonly lock: Pick<LockOptions, "purpose" | "patienceMs">;
}

export interface ChangeDone {
	/** Photos that were added, removed, or have another name now. */
	readonly numPhotos: number;
	/** Photos that were sent and are in the gallery already. */
	readonly numPassedOver: number;
	readonly refused: readonly (Omit<RejectedPhoto, "step"> & { readonly source: string })[];
}

/** What one kind of change has to work with. */
interface Opened {
	readonly order: ChangeOrder;
	readonly before: Gallery;
	readonly locked: LockedFile;
}

/**
 * Makes a change, or nothing of it.
 * @throws AppError NOT_FOUND for somebody who is not there any more, KEPT_OUT for whom a deny list keeps out,
 * FILE_IN_USE, or as LockedFile.replace
 */
export async function applyChange(order: ChangeOrder): Promise<ChangeDone> {
	const { place, change, lock } = order;
	return changeGallery(place, lock, async (before, locked) => {
		const opened = { order, before, locked };
		switch (change.kind) {
			case "add-person":
				return addPerson(change.person, change.uploaded, opened);
			case "add-photos":
				return addPhotos(change, opened);
			case "remove-person":
				return remove(findKnown(before, change.person), opened);
			case "remove-photo":
				return remove(findKnown(before, change.person), opened, change.source);
			case "rename-person": {
				const number = findKnown(before, change.person);
				const after = before.withPeople(withPerson(before.people, number, change.changes));
				await writeGallery(place, after, locked);
				return { numPhotos: rowsOf(before, number).length, numPassedOver: 0, refused: [] };
			}
		}
	});
}

async function addPerson(person: Person, uploaded: UploadedPhotos, opened: Opened): Promise<ChangeDone> {
	const { before, order } = opened;
	const denied = await readDenied(order);
	if (denied.reasonFor(person) !== undefined) throw keptOut("somebody");
	const listed = listOf(person, uploaded);
	if (listed.photos.every(({ source }) => denied.reasonForPhoto(source) !== undefined))
		throw keptOut("photos");
	const rules = { rules: { denied }, misfits: ruleOf(before) };
	const embedWanted = (wanted: readonly ListedPhoto[]) => resultsOf(wanted, uploaded, before);
	const { gallery: after, report } = await extendGalleryBy(before, listed, embedWanted, rules);
	const refused = [...report.rejected, ...report.leftOutPhotos.map(({ source }) => keptOutPhoto(source))];
	await write(after, uploaded, opened);
	const { numPassedOver } = report;
	return { numPhotos: after.numPhotos - before.numPhotos, numPassedOver, refused };
}

async function addPhotos(
	{ person, uploaded, isSure }: Extract<GalleryChange, { kind: "add-photos" }>,
	opened: Opened,
): Promise<ChangeDone> {
	const { before, order } = opened;
	const number = findKnown(before, person);
	const denied = await readDenied(order);
	const known = new Set(before.rows().map((row) => before.source(row)));
	const { photos } = listOf(before.person(number), uploaded);
	const unknown = photos.filter(({ source }) => !known.has(source));
	const wanted = unknown.filter(({ source }) => denied.reasonForPhoto(source) === undefined);
	const { rejected, ...embedded } = resultsOf(wanted, uploaded, before);
	const isLikely = isSure ? () => true : likenessTo(before, number);
	const { dimension } = before.index;
	const rowOf = (i: number) => embedded.embeddings.subarray(i * dimension, (i + 1) * dimension);
	const [kept, doubted] = [true, false].map((wish) =>
		[...embedded.photos.keys()].filter((i) => isLikely(rowOf(i)) === wish),
	) as [number[], number[]];
	const embeddings = new Float32Array(kept.length * dimension);
	for (const [i, from] of kept.entries()) embeddings.set(rowOf(from), i * dimension);
	const added = kept.map((i) => ({ ...embedded.photos[i]!, person: number }));
	const after = added.length === 0 ? before : before.adding(before.people, added, embeddings);
	await write(after, uploaded, opened);
	return {
		numPhotos: added.length,
		numPassedOver: photos.length - unknown.length,
		refused: [
			...rejected,
			...doubted.map((i) => somebodyElse(embedded.photos[i]!.source)),
			...unknown.filter((photo) => !wanted.includes(photo)).map(({ source }) => keptOutPhoto(source)),
		],
	};
}

/** All photos of a person, who then is kept out of later builds, or one. */
async function remove(
	number: number,
	{ before, locked, order: { place } }: Opened,
	source?: string,
): Promise<ChangeDone> {
	const all = rowsOf(before, number);
	const rows = all.filter((row) => source === undefined || before.source(row) === source);
	if (rows.length === 0) throw gone("a photo");
	const people = source === undefined ? [before.person(number)] : [];
	await removeRows(place, before, { people, rows }, locked);
	return { numPhotos: rows.length, numPassedOver: 0, refused: [] };
}

/** Pictures are written under the lock: whoever changes the gallery takes away those that are nobody's. */
async function write(after: Gallery, { pictures }: UploadedPhotos, { before, locked, order }: Opened) {
	if (after === before) return;
	if (isFolder(order.place)) for (const both of pictures) await keepPictures(order.place, both);
	await addToGallery(order.place, before, after, locked);
}

function listOf(person: Person, { photos, credit }: UploadedPhotos): PhotoList {
	// nothing is read from a file: what would be is in the results
	const sources = new Set(photos.map(({ source }) => source));
	const listed = [...sources].map((source) => ({
		...{ source, file: source, person: 0 },
		...(credit && { credit }),
	}));
	return { people: [person], photos: listed, emptyFolders: [] };
}

function resultsOf(
	wanted: readonly ListedPhoto[],
	{ photos }: UploadedPhotos,
	{ index }: Gallery,
): EmbeddedPhotos {
	const results = new Map(photos.map(({ source, result }) => [source, result]));
	return toEmbedded(
		wanted.map((photo) => [photo, results.get(photo.source) as PhotoResult] as const),
		index.dimension,
	);
}

/** @returns the person's number */
function findKnown(gallery: Gallery, { key, sources }: KnownPerson): number {
	const known = new Set(sources);
	const row = gallery.rows().find((one) => known.has(gallery.source(one)));
	const number = row === undefined ? undefined : gallery.index.group(row);
	if (number !== undefined && personKey(gallery.person(number)) === key) return number;
	throw gone("a person");
}

function rowsOf(gallery: Gallery, number: number): number[] {
	return gallery.rows().filter((row) => gallery.index.group(row) === number);
}

/** Whether a face is as alike to one of the person's photos as two of one person ordinarily are. */
function likenessTo(gallery: Gallery, number: number): (embedding: Float32Array) => boolean {
	const own = rowsOf(gallery, number).map((row) => gallery.index.embedding(row));
	const { doubtful } = ruleOf(gallery);
	return (embedding) =>
		own.some(
			(other) => similarityOf(Float32Array.of(...embedding, ...other), other.length, 0, 1) >= doubtful,
		);
}

function ruleOf({ pipelineVersion }: Gallery): MisfitRule {
	return misfitRuleOf(samePersonCurve(pipelineVersion));
}

async function readDenied({ place, denyLists }: ChangeOrder): Promise<DenyList> {
	const entries = await Promise.all([
		readDenyEntries(denyListOf(place), { isOptional: true }),
		...denyLists.map((file) => readDenyEntries(file)),
	]);
	return new DenyList(entries.flat());
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
			hint: "Who was removed stays out until whoever runs the server takes the line from the gallery's deny.csv.",
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
