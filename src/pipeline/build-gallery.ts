/** The product's second story: thousands of photos go in, a gallery comes out, or a gallery grows. */
import { AppError } from "../errors.ts";
import { findMisfits, type MisfitRule } from "../gallery/audit/find-misfits.ts";
import type { ListedPhoto, PhotoList } from "../gallery/building/photo-list.ts";
import { Gallery } from "../gallery/gallery.ts";
import type { GallerySettings } from "../gallery/gallery-settings.ts";
import { joinNamesakes, type Namesakes } from "../gallery/people/join-namesakes.ts";
import {
	choosePeople,
	type LeftOutPerson,
	type LeftOutPhoto,
	type PeopleRules,
} from "../gallery/people/people-rules.ts";
import { asSpelt, type GalleryPhoto, type Person, personKey } from "../gallery/person.ts";
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import { type EmbeddedPhotos, type EmbedOptions, type EmbedTools, embedPhotos } from "./embed-photos.ts";

export interface GrowOptions extends EmbedOptions {
	/** Who may be in it. Default: everybody. */
	readonly rules?: PeopleRules;
	/**
	 * When a photo is doubted to show the person it is listed under. Default: never, and the same name is the same
	 * person.
	 */
	readonly misfits?: MisfitRule;
}

export interface BuildOptions extends GrowOptions {
	/** The gallery's name, to show. */
	readonly name: string;
	readonly settings?: GallerySettings;
	/** Seed of the index. */
	readonly seed?: number;
}

export interface BuildReport {
	/** Photos that were looked at. */
	readonly numPhotos: number;
	readonly rejected: EmbeddedPhotos["rejected"];
	/** Photos that were not looked at, as the gallery has photos of these sources. */
	readonly numPassedOver: number;
	/** Names of people of whose photos none was good enough. */
	readonly unseen: readonly string[];
	/** People who may not be in the gallery. */
	readonly leftOut: readonly LeftOutPerson[];
	/** Photos of others that may not. */
	readonly leftOutPhotos: readonly LeftOutPhoto[];
	/** The same name in several collections. */
	readonly namesakes: readonly Namesakes[];
	/** Names of people of the gallery, each with another spelling under which further photos of them were listed. */
	readonly spellings: readonly (readonly [known: string, listed: string])[];
}

export interface BuiltGallery {
	readonly gallery: Gallery;
	readonly report: BuildReport;
}

/**
 * Embeds the face of each listed photo and builds the gallery of those that have a good one and show whom they are
 * listed under. People without such a photo are left out.
 * @throws AppError EMPTY_GALLERY if no photo is left; the signal's reason when it aborts
 */
export async function buildGallery(
	listed: PhotoList,
	tools: EmbedTools,
	{ name, settings = {}, seed, rules = {}, misfits, ...options }: BuildOptions,
): Promise<BuiltGallery> {
	const { list, leftOut, leftOutPhotos } = choosePeople(listed, rules);
	const embedded = await embedPhotos(list.photos, tools, options);
	const { dimension, pipelineVersion } = tools.model;
	const { people, photos, namesakes } = joinNamesakes(
		{ people: list.people, dimension, ...embedded },
		isSamePersonBy(misfits),
	);
	const kept = withoutMisfits({ ...embedded, photos }, people, dimension, misfits);
	if (kept.photos.length === 0) throw nobodyLeft(kept.rejected);
	const contents = { name, settings, people, ...kept, dimension, pipelineVersion };
	const gallery = Gallery.build(contents, seed === undefined ? {} : { seed });
	return {
		gallery,
		report: {
			numPhotos: list.photos.length,
			numPassedOver: 0,
			unseen: unseenOf(list, list.photos, embedded.photos),
			rejected: kept.rejected,
			leftOut,
			leftOutPhotos,
			namesakes,
			spellings: [],
		},
	};
}

/**
 * Adds the listed photos to a gallery; those that it has already, by their source, are passed over. Entries of the
 * same name are the same person as in the gallery if the faces agree.
 * @returns a new gallery over the same memory; the one that was given stays as it is
 * @throws the signal's reason when it aborts
 */
export async function extendGallery(
	gallery: Gallery,
	listed: PhotoList,
	tools: EmbedTools,
	{ rules, misfits, ...options }: GrowOptions,
): Promise<BuiltGallery> {
	const embedWanted = (wanted: readonly ListedPhoto[]) => embedPhotos(wanted, tools, options);
	return extendGalleryBy(gallery, listed, embedWanted, { rules, misfits });
}

type EmbedWanted = (photos: readonly ListedPhoto[]) => EmbeddedPhotos | Promise<EmbeddedPhotos>;
type GrowRules = { [Rule in "rules" | "misfits"]?: GrowOptions[Rule] | undefined };

/** As extendGallery. @param embedWanted embeds the photos that the gallery has not, or knows what became of them */
export async function extendGalleryBy(
	gallery: Gallery,
	listed: PhotoList,
	embedWanted: EmbedWanted,
	rules: GrowRules,
): Promise<BuiltGallery> {
	const { people, photos, embeddings, report } = await planAddition(gallery, listed, embedWanted, rules);
	return {
		gallery: photos.length === 0 ? gallery : gallery.adding(people, photos, embeddings),
		report,
	};
}

export interface PlannedAddition {
	/** Those of the gallery, some with further facts, and new ones after them. */
	readonly people: readonly Person[];
	/** Whose numbers of people are those of `people`. */
	readonly photos: readonly GalleryPhoto[];
	/** Row-major, a row for each of the photos. */
	readonly embeddings: Float32Array;
	readonly report: BuildReport;
}

/** What extendGallery would add, wherever the gallery is. */
export async function planAddition(
	gallery: ReadableGallery,
	listed: PhotoList,
	embedWanted: EmbedWanted,
	{ rules = {}, misfits }: GrowRules,
): Promise<PlannedAddition> {
	const { list, leftOut, leftOutPhotos } = choosePeople(listed, rules);
	const rows = gallery.rows();
	const sources = new Set(rows.map((row) => gallery.source(row)));
	const wanted = list.photos.filter(({ source }) => !sources.has(source));
	const { photos: added, embeddings, rejected } = await embedWanted(wanted);

	const keys = new Set(list.people.map(personKey));
	const namesakes = rows.filter((row) => keys.has(personKey(gallery.person(gallery.personOf(row)))));
	const seenBefore = new Set(namesakes.map((row) => personKey(gallery.person(gallery.personOf(row)))));
	const ofNewcomers = wanted.filter(
		({ person }) => !seenBefore.has(personKey(list.people[person] as Person)),
	);
	const numSettled = gallery.people.length;
	const known = await gallery.embeddingsOf(namesakes);
	const { dimension } = gallery;
	const merged = joinNamesakes(
		{
			people: [...gallery.people, ...list.people],
			photos: [
				...namesakes.map((row) => gallery.photo(row)),
				...added.map((photo) => ({ ...photo, person: photo.person + numSettled })),
			],
			embeddings: joinRows([...known, embeddings]),
			dimension,
			numSettled,
		},
		isSamePersonBy(misfits),
	);
	const newcomers = [...new Set(merged.photos.map(({ person }) => person).filter((n) => n >= numSettled))];
	const people = [
		...merged.people.slice(0, numSettled),
		...newcomers.map((number) => merged.people[number] as Person),
	];
	const photos = merged.photos.slice(namesakes.length).map((photo) => {
		return photo.person < numSettled
			? photo
			: { ...photo, person: numSettled + newcomers.indexOf(photo.person) };
	});
	return {
		people,
		photos,
		embeddings,
		report: {
			numPhotos: wanted.length,
			numPassedOver: list.photos.length - wanted.length,
			unseen: unseenOf(list, ofNewcomers, added),
			rejected,
			leftOut,
			leftOutPhotos,
			namesakes: merged.namesakes,
			spellings: spellingsOf(
				added.map(({ person }) => list.people[person] as Person),
				merged.photos.slice(namesakes.length).map(({ person }) => gallery.people[person]),
			),
		},
	};
}

/** @param known whom of the gallery each photo's person was taken for; undefined for newcomers */
function spellingsOf(
	listed: readonly Person[],
	known: readonly (Person | undefined)[],
): (readonly [string, string])[] {
	const pairs = new Map<string, readonly [string, string]>();
	for (const [i, { name, wikidata, wikipedia }] of listed.entries()) {
		const other = known[i]?.name;
		// an article or an id says by itself who is meant
		if (other === undefined || (wikidata ?? wikipedia) !== undefined) continue;
		if (asSpelt(name) !== asSpelt(other)) pairs.set(`${other}\n${asSpelt(name)}`, [other, name]);
	}
	return [...pairs.values()];
}

/** People who were listed, but of whom no photo was embedded. */
function unseenOf(
	{ people }: PhotoList,
	listed: readonly { readonly person: number }[],
	embedded: readonly { readonly person: number }[],
): string[] {
	const seen = new Set(embedded.map(({ person }) => person));
	const unseen = new Set(listed.map(({ person }) => person).filter((person) => !seen.has(person)));
	return [...unseen].map((person) => (people[person] as Person).name);
}

/** Photos that surely show somebody else become rejected ones. */
function withoutMisfits(
	{ photos, embeddings, rejected }: EmbeddedPhotos,
	people: readonly Person[],
	dimension: number,
	rule: MisfitRule | undefined,
): EmbeddedPhotos {
	if (!rule) return { photos, embeddings, rejected };
	const certain = new Map(
		findMisfits(photos, embeddings, dimension, rule)
			.filter(({ isCertain }) => isCertain)
			.map((misfit) => [misfit.row, misfit]),
	);
	const nameOf = (row: number) => (people[(photos[row] as GalleryPhoto).person] as Person).name;
	const rows = [...photos.keys()].filter((row) => !certain.has(row));
	const kept = new Float32Array(rows.length * dimension);
	for (const [i, row] of rows.entries())
		kept.set(embeddings.subarray(row * dimension, (row + 1) * dimension), i * dimension);
	return {
		photos: rows.map((row) => photos[row] as GalleryPhoto),
		embeddings: kept,
		rejected: [
			...rejected,
			...[...certain].map(([row, { own, others, nearest, isClear }]) => ({
				source: (photos[row] as GalleryPhoto).source,
				step: "audit",
				code: isClear ? "SOMEBODY_ELSE" : "POOR_LIKENESS",
				message: `Expected a photo of ${nameOf(row)} but it is nearer to ${nameOf(nearest)} (cosine ${others.toFixed(3)}) than to any other photo of the person (${own.toFixed(3)}).`,
			})),
		],
	};
}

function isSamePersonBy(rule: MisfitRule | undefined): (similarity: number) => boolean {
	return (similarity) => rule === undefined || similarity >= rule.doubtful;
}

function nobodyLeft(rejected: EmbeddedPhotos["rejected"]): AppError {
	const reasons = [...new Set(rejected.map(({ message }) => message))];
	return new AppError(
		"EMPTY_GALLERY",
		`Expected photos with a good face but none of ${rejected.length} has one. ${reasons.slice(0, 3).join(" ")}`,
	);
}

function joinRows(rows: readonly Float32Array[]): Float32Array {
	const all = new Float32Array(rows.reduce((length, row) => length + row.length, 0));
	let at = 0;
	for (const row of rows) {
		all.set(row, at);
		at += row.length;
	}
	return all;
}
