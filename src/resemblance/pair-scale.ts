/**
 * How alike two faces of visitors are. The score is made for the best match among many, which two given people hardly
 * ever reach; a pair is measured against random pairs of strangers instead. As there, what counts is the lead: by how
 * much the two are more similar than either is to the ten strangers next to it.
 */
import { crowdAround, NUM_NEXT_FACES } from "./score-scale.ts";
import type { Strangers } from "./strangers.ts";

export type PairWords = "same person" | "very alike" | "alike" | "a bit alike" | "not alike";

export interface PairResemblance {
	/** Share of random pairs of strangers who are less alike, 0 to 1, and never 1. */
	readonly strangersBelow: number;
	readonly words: PairWords;
}

export interface PairScale {
	/** How crowded it is around a face of unit length. */
	crowdOf(embedding: Float32Array): number;
	/** Share of random pairs of strangers with a smaller lead, 0 to 1. */
	shareBelow(lead: number): number;
}

/**
 * Least shares of the words, best first. Of pairs of photos of one person in the starter gallery, 91 in 100 reach the
 * first and 98 the second; of pairs of two of its people, who are more like each other than strangers are, 6 in 10,000
 * reach the first. test/resemblance/pair-scale.test.ts holds that.
 */
const WORDS: readonly (readonly [least: number, words: PairWords])[] = [
	[0.9999, "same person"],
	[0.999, "very alike"],
	[0.97, "alike"],
	[0.8, "a bit alike"],
	[0, "not alike"],
];

/** Share of pairs of photos of one person that reach the first of the words, by what made the embeddings. */
const SAME_PERSON_SHARES: ReadonlyMap<string, number> = new Map([["face-api-dlib-chip-3", 0.91]]);

/** @returns undefined for a pipeline that nobody has measured */
export function samePersonShareOf(pipelineVersion: string): number | undefined {
	return SAME_PERSON_SHARES.get(pipelineVersion);
}

/** Of so many strangers, every pair is measured: 180,000 tell one in ten thousand. */
const MAX_STRANGERS = 600;

/**
 * For cosines, where there are no faces to measure by: placed around deepface's published thresholds for FaceNet
 * (cosine distance 0.40 and 0.30), as nobody could measure it.
 */
export const UNMEASURED_PAIRS: PairScale = {
	crowdOf: () => 0,
	shareBelow: (similarity) => 1 / (1 + Math.exp(-18.4 * (similarity - 0.2))),
};

const scales = new WeakMap<Strangers, PairScale>();

/** The scale by these strangers; measured, in about a tenth of a second, when it is first asked for. */
export function pairScaleBy(strangers: Strangers): PairScale {
	const known = scales.get(strangers);
	if (known) return known;
	const scale = measurePairs(strangers);
	scales.set(strangers, scale);
	return scale;
}

/**
 * @param similarity cosine of the two faces
 * @param crowds of the one and the other
 * @param areTwo whether nobody is to be called the same person: two on one photo, or one too poor to tell people apart by
 */
export function pairResemblanceOf(
	similarity: number,
	[one, other]: readonly [number, number],
	scale: PairScale,
	areTwo = false,
): PairResemblance {
	const strangersBelow = scale.shareBelow(similarity - (one + other) / 2);
	const [, words] = WORDS.find(([least]) => strangersBelow >= least) as (typeof WORDS)[number];
	return { strangersBelow, words: areTwo && words === "same person" ? "very alike" : words };
}

function measurePairs(strangers: Strangers): PairScale {
	const step = Math.max(1, strangers.size / MAX_STRANGERS);
	const numbers = Array.from({ length: Math.min(strangers.size, MAX_STRANGERS) }, (_, i) =>
		Math.floor(i * step),
	);
	const faces = numbers.map((number) => {
		const embedding = strangers.embedding(number);
		return { embedding, crowd: crowdAround([], strangers.nearest(embedding, NUM_NEXT_FACES, number)) };
	});
	const leads = new Float32Array((faces.length * (faces.length - 1)) / 2);
	let numLeads = 0;
	for (const [i, one] of faces.entries()) {
		for (const other of faces.slice(0, i)) {
			const similarity = cosine(one.embedding, other.embedding);
			leads[numLeads++] = similarity - (one.crowd + other.crowd) / 2;
		}
	}
	leads.sort();
	return {
		crowdOf: (embedding) => crowdAround([], strangers.nearest(embedding, NUM_NEXT_FACES)),
		// the pair itself is one more: nothing is beyond all that there could be
		shareBelow: (lead) => numBelow(leads, lead) / (leads.length + 1),
	};
}

/** @param sorted in ascending order */
function numBelow(sorted: Float32Array, value: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (sorted[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Of two vectors of unit length. */
export function cosine(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}
