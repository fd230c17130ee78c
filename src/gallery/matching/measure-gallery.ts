/**
 * What the score's numbers mean in the gallery at hand: how strangers do in it. Measured when a gallery is built or
 * changed, and kept in its file.
 */

import pMap from "p-map";
import { type Resemblance, resemblanceOf } from "../../resemblance/resemblance.ts";
import {
	crowdAround,
	fitScale,
	LEAST_STRANGERS,
	NUM_NEXT_FACES,
	type ScoreScale,
} from "../../resemblance/score-scale.ts";
import type { Strangers } from "../../resemblance/strangers.ts";
import { Gallery } from "../gallery.ts";
import { foldName } from "../people/fold-name.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { type FoundPerson, findPeople, PHOTO_WEIGHT } from "./find-people.ts";
import type { MeasuredScale } from "./measured-scale.ts";

/** Most of a gallery's own photos that take the strangers' place where there are none. */
const MAX_OWN_FACES = 1000;
/** A gallery that has more or fewer photos by this share is measured again. */
const STALE_SHARE = 0.05;

/**
 * For cosines, where there are neither strangers nor enough people: placed around deepface's published thresholds for
 * FaceNet (cosine distance 0.40 and 0.30), as nobody could measure it.
 */
const UNMEASURED: ScoreScale = { isRelative: false, floor: 0.3, fair: 0.52, strong: 0.6, twin: 0.73 };

/** Asks for this many people, so that there are some to lead over. */
export const LEAST_PEOPLE = NUM_NEXT_FACES + 1;
/** One of them may be whose face it is. */
const NUM_ASKED_FOR = LEAST_PEOPLE + 1;
/** A database has others to answer meanwhile. */
const FEW = { concurrency: 4 } as const;

/**
 * How crowded it is around a face, among the gallery's next people and the strangers.
 * @param people of the face, best first, at least `LEAST_PEOPLE` where the gallery has them
 */
export function crowdOf(
	embedding: Float32Array,
	people: readonly Pick<FoundPerson, "similarity">[],
	strangers: Strangers | undefined,
	except?: number,
): number {
	const next = people.slice(1, LEAST_PEOPLE).map(({ similarity }) => similarity);
	return crowdAround(next, strangers?.nearest(embedding, NUM_NEXT_FACES, except) ?? []);
}

/**
 * How a face's similarities with people become resemblances.
 * @param embedding the face's, unit length
 * @param people found for it, best first, at least `LEAST_PEOPLE` where the gallery has them
 * @param clarity of its photo, see faces/face.ts
 */
export function scorerOf(
	gallery: ReadableGallery,
	strangers: Strangers | undefined,
	embedding: Float32Array,
	people: readonly Pick<FoundPerson, "similarity">[],
	clarity = 1,
): (similarity: number) => Resemblance {
	const scale = scaleOf(gallery, strangers);
	const crowd = scale.isRelative ? crowdOf(embedding, people, strangers) : 0;
	return (similarity) => resemblanceOf(similarity - crowd, scale, clarity);
}

/**
 * The scale that the gallery came with, or else one measured now, once per gallery. One in a database is measured by
 * whoever changes it.
 */
export function scaleOf(gallery: ReadableGallery, strangers: Strangers | undefined): ScoreScale {
	if (!(gallery instanceof Gallery)) return gallery.scale?.scale ?? UNMEASURED;
	const known = measuredNow.get(gallery);
	if (known) return known;
	const { scale } = isMeasured(gallery, strangers) ? gallery.scale : measureGallery(gallery, strangers);
	measuredNow.set(gallery, scale);
	return scale;
}

/** A gallery that carries its scale; the same one where that still fits. */
export function withFreshScale(gallery: Gallery, strangers: Strangers | undefined): Gallery {
	return isMeasured(gallery, strangers) ? gallery : gallery.withScale(measureGallery(gallery, strangers));
}

const measuredNow = new WeakMap<Gallery, ScoreScale>();

function isMeasured(
	gallery: Gallery,
	strangers: Strangers | undefined,
): gallery is Gallery & { scale: MeasuredScale } {
	const { scale, numPhotos } = gallery;
	return (
		scale !== undefined &&
		scale.photoWeight === PHOTO_WEIGHT &&
		scale.numStrangers === (strangers?.size ?? 0) &&
		Math.abs(numPhotos - scale.numPhotos) <= STALE_SHARE * scale.numPhotos
	);
}

function measureGallery(gallery: Gallery, strangers: Strangers | undefined): MeasuredScale {
	const rows = rowsAsking(gallery, strangers);
	const asking = askingOf(gallery, strangers, rows, gallery.embeddingsOf(rows));
	const found = asking.map(({ embedding }) => findPeople(gallery, embedding, NUM_ASKED_FOR));
	return measuredBy(gallery, strangers, asking, found);
}

/**
 * As a gallery in memory is measured, for one that is asked face by face.
 * @throws AppError as ReadableGallery.findPeople
 */
export async function measureByAsking(
	gallery: ReadableGallery,
	strangers: Strangers | undefined,
): Promise<MeasuredScale> {
	const rows = rowsAsking(gallery, strangers);
	const asking = askingOf(gallery, strangers, rows, await gallery.embeddingsOf(rows));
	const ask = async ({ embedding }: Asking) => gallery.findPeople(embedding, NUM_ASKED_FOR);
	return measuredBy(gallery, strangers, asking, await pMap(asking, ask, FEW));
}

/** Whose face is looked up, to see how strangers do. */
interface Asking {
	readonly embedding: Float32Array;
	/** Number of the person in the gallery whose face it is, who is passed over. */
	readonly self: number | undefined;
	/** Which of the strangers it is, if it is one. */
	readonly stranger?: number;
}

/** Where there are no strangers, the gallery's people ask, each as a stranger to all others. @returns rows of their photos */
function rowsAsking(gallery: ReadableGallery, strangers: Strangers | undefined): number[] {
	if (strangers || gallery.numPeople <= LEAST_PEOPLE) return [];
	const rows = gallery.rows();
	const step = Math.max(1, rows.length / MAX_OWN_FACES);
	return Array.from({ length: Math.ceil(rows.length / step) }, (_, i) => rows[Math.floor(i * step)]!);
}

/** @param embeddings of the rows */
function askingOf(
	gallery: ReadableGallery,
	strangers: Strangers | undefined,
	rows: readonly number[],
	embeddings: readonly Float32Array[],
): Asking[] {
	if (!strangers) return rows.map((row, i) => ({ embedding: embeddings[i]!, self: gallery.personOf(row) }));
	const numbers = new Map(gallery.people.map(({ name }, number) => [foldName(name), number]));
	return strangers.names.map((name, stranger) => ({
		...{ embedding: strangers.embedding(stranger), stranger },
		self: numbers.get(foldName(name)),
	}));
}

/** @param found people for each face, best first */
function measuredBy(
	{ numPhotos }: ReadableGallery,
	strangers: Strangers | undefined,
	asking: readonly Asking[],
	found: readonly (readonly FoundPerson[])[],
): MeasuredScale {
	/** Of each face's best match, and of the last of its next people. */
	const [best, last]: [number[], number[]] = [[], []];
	for (const [i, { embedding, self, stranger }] of asking.entries()) {
		const people = found[i]!.filter(({ person }) => person !== self).slice(0, LEAST_PEOPLE);
		if (people.length === 0) continue;
		const crowd = crowdOf(embedding, people, strangers, stranger);
		best.push(people[0]!.similarity - crowd);
		last.push(people.at(-1)!.similarity - crowd);
	}
	const scale = best.length < LEAST_STRANGERS ? UNMEASURED : fitScale(best, last, true);
	return { scale, numPhotos, numStrangers: strangers?.size ?? 0, photoWeight: PHOTO_WEIGHT };
}
