/** What pairs of visitors are measured by: strangers, or the gallery's own people where there are none. */
import { type PairScale, pairScaleBy, UNMEASURED_PAIRS } from "../../resemblance/pair-scale.ts";
import { LEAST_STRANGERS } from "../../resemblance/score-scale.ts";
import { Strangers } from "../../resemblance/strangers.ts";
import type { ReadableGallery } from "../readable-gallery.ts";

/** Most of the gallery's people who take the strangers' place. */
const MAX_PEOPLE = 1000;

const ownPeople = new WeakMap<ReadableGallery, Promise<PairScale>>();

export async function pairScaleOf(
	gallery: ReadableGallery,
	strangers: Strangers | undefined,
): Promise<PairScale> {
	if (strangers) return pairScaleBy(strangers);
	if (gallery.numPeople < LEAST_STRANGERS) return UNMEASURED_PAIRS;
	const known = ownPeople.get(gallery) ?? peopleAsStrangers(gallery).then(pairScaleBy);
	ownPeople.set(gallery, known);
	// a database that did not answer is asked again
	known.catch(() => ownPeople.delete(gallery));
	return known;
}

/** One photo of each person. */
async function peopleAsStrangers(gallery: ReadableGallery): Promise<Strangers> {
	const rowOf = new Map<number, number>();
	for (const row of gallery.rows()) {
		const person = gallery.personOf(row);
		if (rowOf.size < MAX_PEOPLE && !rowOf.has(person)) rowOf.set(person, row);
	}
	const rows = await gallery.embeddingsOf([...rowOf.values()]);
	const dimension = rows[0]?.length ?? 0;
	const embeddings = new Float32Array(rows.length * dimension);
	for (const [i, row] of rows.entries()) embeddings.set(row, i * dimension);
	const names = [...rowOf.keys()].map((person) => gallery.person(person).name);
	return new Strangers({ pipelineVersion: gallery.pipelineVersion, dimension, names }, embeddings);
}
