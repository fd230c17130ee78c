/** Whether a stranger is told the same by another photo, or by another two or three. */
import { Gallery } from "../../../src/gallery/gallery.ts";
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import type { Lookalike } from "../../../src/pipeline/answer.ts";
import type { EmbeddedStage } from "../../../src/pipeline/face-steps.ts";
import { type LookalikeTools, searchFaces } from "../../../src/pipeline/find-lookalikes.ts";
import { fuseFaces } from "../../../src/pipeline/fuse-photos.ts";
import { Random } from "../../../src/search/random.ts";
import { mean, type PersonFaces, percent } from "./people-photos.ts";
import type { ReadFace } from "./read-faces.ts";

const NUM_SHOWN = 7;
/** Photos that a person's mean face is made of, at least. */
const LEAST_PHOTOS_OF_MEAN = 4;
const NOISE_SHARES = [1, 0.7, 0.5, 0.35, 0.25, 0.1];

interface MeasuredTools extends LookalikeTools {
	/** All of it in memory, as it is built anew. */
	readonly gallery: Gallery;
}

/**
 * As the page answers, where the gallery prefers the better known among equals, and by similarity alone.
 * @param people who are not in the gallery
 * @param leastAlike see fuseFaces
 */
export async function measureSteadiness(
	tools: MeasuredTools,
	people: readonly PersonFaces[],
	leastAlike: number,
): Promise<void> {
	const { gallery } = tools;
	const settings = [...new Set([gallery.settings.preferBetterKnown ?? false, false])];
	for (const preferBetterKnown of settings) {
		const contents = { ...gallery.contents(), settings: { ...gallery.settings, preferBetterKnown } };
		const asked = { ...tools, gallery: Gallery.build(contents) };
		const how = preferBetterKnown ? "as the page answers" : "by similarity alone";
		for (const numPhotos of [1, 2, 3]) {
			const pairs: (readonly [readonly Lookalike[], readonly Lookalike[]])[] = [];
			for (const { faces } of people.filter((person) => person.faces.length >= 2 * numPhotos)) {
				const [a, b] = [0, numPhotos].map((from) => faces.slice(from, from + numPhotos));
				pairs.push([
					await answer(fuse(a as ReadFace[], leastAlike), asked),
					await answer(fuse(b as ReadFace[], leastAlike), asked),
				]);
			}
			report(`${how}, ${numPhotos} ${numPhotos === 1 ? "photo" : "photos together"}`, pairs);
		}
	}
}

/**
 * How alike two photos of a stranger would have to be: each person's mean face, twice, with a part of what tells photos
 * of one person apart, taken from anybody's.
 */
export function measureCeiling(
	{ gallery }: MeasuredTools,
	people: readonly PersonFaces[],
	seed: number,
): void {
	const shown = people.filter(({ faces }) => faces.length >= LEAST_PHOTOS_OF_MEAN);
	const means = shown.map(({ faces }) => meanOf(faces));
	const rests = shown.flatMap(({ faces }, i) => faces.map((face) => restOf(face, means[i]!, faces.length)));
	for (const share of NOISE_SHARES) {
		const random = new Random(seed);
		let [numSame, cosines] = [0, 0];
		for (const person of means) {
			const [a, b] = [0, 1].map(() => {
				const rest = rests[random.below(rests.length)]!;
				return toUnitLength(person.map((value, i) => value + share * rest[i]!));
			}) as [Float32Array, Float32Array];
			const [bestOfA, bestOfB] = [a, b].map((face) => findPeople(gallery, face, 1, "exact")[0]?.person);
			if (bestOfA === bestOfB) numSame++;
			cosines += a.reduce((sum, value, i) => sum + value * b[i]!, 0);
		}
		console.log(
			`Ceiling, ${share} of what photos of a person differ by (mean cosine ${(cosines / means.length).toFixed(4)}): the same best ${percent(numSame / means.length)} of ${means.length} strangers`,
		);
	}
}

/** At unit length. */
function meanOf(faces: readonly ReadFace[]): Float32Array {
	const sum = new Float32Array(faces[0]!.embedding.length);
	for (const { embedding } of faces) for (let i = 0; i < sum.length; i++) sum[i]! += embedding[i]!;
	return toUnitLength(sum);
}

/** What sets a photo apart from the mean of `count` photos that it is one of, as large as from the mean of all there are. */
function restOf({ embedding }: ReadFace, mean: Float32Array, count: number): Float32Array {
	return embedding.map((value, i) => (value - mean[i]!) * Math.sqrt(count / (count - 1)));
}

function toUnitLength(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
}

function report(
	how: string,
	pairs: readonly (readonly [readonly Lookalike[], readonly Lookalike[]])[],
): void {
	const sameBest = pairs.filter(([a, b]) => a[0]?.person === b[0]?.person).length;
	const overlaps = pairs.map(([a, b]) => {
		const shown = new Set(a.map(({ person }) => person));
		return b.filter(({ person }) => shown.has(person)).length;
	});
	const differences = pairs.map(([a, b]) =>
		Math.abs((a[0]?.resemblance.score ?? 0) - (b[0]?.resemblance.score ?? 0)),
	);
	const numBest = new Set(pairs.map(([a]) => a[0]?.person)).size;
	console.log(
		`Steadiness ${how} against as many others of ${pairs.length} strangers: the same best ${percent(sameBest / pairs.length)}, ${mean(overlaps).toFixed(2)} of ${NUM_SHOWN} the same, scores ${mean(differences).toFixed(1)} apart; ${numBest} people are somebody's best`,
	);
}

/** The part of an answer that needs no photo. */
async function answer(
	{ embedding, clarity }: Pick<ReadFace, "embedding" | "clarity">,
	tools: LookalikeTools,
): Promise<readonly Lookalike[]> {
	const stage = { faces: [{ quality: { clarity } }], chips: [], embeddings: [embedding] };
	const { faces } = await searchFaces(tools, { k: NUM_SHOWN })(stage as unknown as EmbeddedStage);
	return faces[0]?.matches ?? [];
}

function fuse(faces: readonly ReadFace[], leastAlike: number): Pick<ReadFace, "embedding" | "clarity"> {
	const sorted = faces.toSorted((a, b) => b.clarity - a.clarity) as [ReadFace, ...ReadFace[]];
	return { embedding: fuseFaces(sorted, leastAlike).embedding, clarity: sorted[0].clarity };
}
