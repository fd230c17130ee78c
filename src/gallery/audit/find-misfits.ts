/** Photos that do not belong to the person they are listed under: of somebody else, or no likeness. */

import { rowsByPerson, similarityOf } from "../people/similarity.ts";
import type { GalleryPhoto } from "../person.ts";
import { turnOf } from "./head-turn.ts";

export interface Misfit {
	/** Row of the photo. */
	readonly row: number;
	/** The largest cosine with the person's other photos, and with anybody else's. */
	readonly own: number;
	readonly others: number;
	/** Row of the photo that it is nearer to. */
	readonly nearest: number;
	/** Whether it surely misleads; otherwise it is worth a look. */
	readonly isCertain: boolean;
	/** Whether the face is seen well enough to say that it is somebody else's, not only a poor likeness. */
	readonly isClear: boolean;
}

export interface MisfitRule {
	/** Below this cosine with each of the person's other photos, a photo is looked at. */
	readonly doubtful: number;
	/** Below this one, it surely does not belong, if it is also nearer to others by `margin`. */
	readonly wrong: number;
	readonly margin: number;
}

type MisfitPhoto = Pick<GalleryPhoto, "person" | "box" | "landmarks">;

/** Shorter side of a face's box below which its embedding is coarse. */
export const SMALL_FACE_PX = 50;
/** From here on (see head-turn.ts), faces in profile are more like each other than like themselves from the front. */
const TURNED = 0.45;

/**
 * Looks for photos that are like none of their person's others and nearer to somebody else. Of two photos that differ,
 * nothing tells which one is wrong: that is certain from three photos on.
 * @param embeddings row-major, photos.length x dimension, unit length
 */
export function findMisfits(
	photos: readonly MisfitPhoto[],
	embeddings: Float32Array,
	dimension: number,
	rule: MisfitRule,
): Misfit[] {
	const misfits: Misfit[] = [];
	for (const [person, rows] of rowsByPerson(photos)) {
		if (rows.length < 2) continue;
		const nearestOwn = rows.map((row) => {
			return Math.max(
				...rows
					.filter((other) => other !== row)
					.map((other) => similarityOf(embeddings, dimension, row, other)),
			);
		});
		for (const [i, row] of rows.entries()) {
			const own = nearestOwn[i] as number;
			if (own >= rule.doubtful) continue;
			const [nearest, others] = nearestOther(photos, embeddings, dimension, row, person);
			if (nearest === -1 || others <= own) continue;
			// somebody else's photo among photos that do not agree either says nothing of which is which
			const doOthersAgree = nearestOwn.some((similarity, j) => j !== i && similarity >= rule.doubtful);
			const isCertain = doOthersAgree && own < rule.wrong && others - own >= rule.margin;
			misfits.push({ row, own, others, nearest, isCertain, isClear: isClear(photos[row] as MisfitPhoto) });
		}
	}
	return misfits.sort((a, b) => a.own - a.others - (b.own - b.others));
}

function isClear({ box, landmarks }: MisfitPhoto): boolean {
	return Math.min(box.width, box.height) >= SMALL_FACE_PX && turnOf(landmarks) < TURNED;
}

function nearestOther(
	photos: readonly Pick<GalleryPhoto, "person">[],
	embeddings: Float32Array,
	dimension: number,
	row: number,
	person: number,
): [row: number, similarity: number] {
	let nearest = -1;
	let similarity = Number.NEGATIVE_INFINITY;
	for (let other = 0; other < photos.length; other++) {
		if ((photos[other] as GalleryPhoto).person === person) continue;
		const value = similarityOf(embeddings, dimension, row, other);
		if (value > similarity) [nearest, similarity] = [other, value];
	}
	return [nearest, similarity];
}
