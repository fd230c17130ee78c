/** What pairs of visitors are measured by: strangers, or the gallery's own people where there are none. */
import { type PairScale, pairScaleBy, UNMEASURED_PAIRS } from "../../resemblance/pair-scale.ts";
import { LEAST_STRANGERS } from "../../resemblance/score-scale.ts";
import { Strangers } from "../../resemblance/strangers.ts";
import type { Gallery } from "../gallery.ts";

/** Most of the gallery's people who take the strangers' place. */
const MAX_PEOPLE = 1000;

const ownPeople = new WeakMap<Gallery, Strangers>();

export function pairScaleOf(gallery: Gallery, strangers: Strangers | undefined): PairScale {
	if (strangers) return pairScaleBy(strangers);
	return gallery.numPeople < LEAST_STRANGERS ? UNMEASURED_PAIRS : pairScaleBy(peopleAsStrangers(gallery));
}

/** One photo of each person. */
function peopleAsStrangers(gallery: Gallery): Strangers {
	const known = ownPeople.get(gallery);
	if (known) return known;
	const rowOf = new Map<number, number>();
	for (const row of gallery.rows()) {
		const person = gallery.index.group(row);
		if (rowOf.size < MAX_PEOPLE && !rowOf.has(person)) rowOf.set(person, row);
	}
	const { dimension } = gallery.index;
	const embeddings = new Float32Array(rowOf.size * dimension);
	const names = [...rowOf].map(([person, row], i) => {
		embeddings.set(gallery.index.embedding(row), i * dimension);
		return gallery.person(person).name;
	});
	const strangers = new Strangers({ pipelineVersion: gallery.pipelineVersion, dimension, names }, embeddings);
	ownPeople.set(gallery, strangers);
	return strangers;
}
