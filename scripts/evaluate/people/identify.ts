/** Whether people in the gallery come back as themselves: each photo asked once, in five folds, by one, two or three. */
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import { fuseFaces } from "../../../src/pipeline/fuse-photos.ts";
import { Random } from "../../../src/search/random.ts";
import { galleryOf, type PersonFaces, percent } from "./people-photos.ts";
import type { ReadFace } from "./read-faces.ts";

/** The natural logarithm of 3: a logistic curve is at 1/4 and 3/4 this far from its midpoint, over its slope. */
const QUARTILE = Math.log(3);
const NUM_FOLDS = 5;
const NUM_SHOWN = 7;

/**
 * @param people all photos that have a face; the galleries are made of the good ones among them, the questions of all
 * @param leastAlike see fuseFaces
 */
export function identify(
	people: readonly PersonFaces[],
	pipelineVersion: string,
	leastAlike: number,
	seed: number,
): void {
	const random = new Random(seed);
	const shuffled = people.map(({ name, faces }) => {
		const order = random.sample(faces.length, faces.length);
		return { name, faces: Array.from(order, (i) => faces[i] as ReadFace), start: random.below(NUM_FOLDS) };
	});
	const counts = [1, 2, 3].map((numPhotos) => ({ numPhotos, numAsked: 0, numFirst: 0, numShown: 0 }));
	for (let fold = 0; fold < NUM_FOLDS; fold++) {
		const isOut = (start: number, i: number) => (start + i) % NUM_FOLDS === fold;
		const kept = shuffled
			.map(({ name, faces, start }) => ({
				name,
				faces: faces.filter((face, i) => face.isGood && !isOut(start, i)),
			}))
			.filter(({ faces }) => faces.length > 0);
		const gallery = galleryOf(kept, pipelineVersion);
		const numbers = new Map(kept.map(({ name }, number) => [name, number]));
		const rankOf = (faces: readonly [ReadFace, ...ReadFace[]], number: number) => {
			const { embedding } = fuseFaces(faces, leastAlike);
			return findPeople(gallery, embedding, NUM_SHOWN, "full").findIndex(({ person }) => person === number);
		};
		for (const { name, faces, start } of shuffled) {
			const number = numbers.get(name);
			if (number === undefined) continue;
			const out = faces.filter((_, i) => isOut(start, i));
			for (const count of counts) {
				for (let i = 0; i + count.numPhotos <= out.length; i += count.numPhotos) {
					const asked = out.slice(i, i + count.numPhotos).sort((a, b) => b.clarity - a.clarity);
					const rank = rankOf(asked as [ReadFace, ...ReadFace[]], number);
					count.numAsked++;
					if (rank === 0) count.numFirst++;
					if (rank >= 0) count.numShown++;
				}
			}
		}
	}
	for (const { numPhotos, numAsked, numFirst, numShown } of counts) {
		if (numAsked === 0) continue;
		console.log(
			`Held out, ${numPhotos} ${numPhotos === 1 ? "photo" : "photos together"}: of ${numAsked} the right person first ${percent(numFirst / numAsked)}, within ${NUM_SHOWN} ${percent(numShown / numAsked)}`,
		);
	}
}

/** The curve of src/resemblance/same-person.ts, by the median and quartiles of all pairs of a person's good photos. */
export function describeSamePerson(people: readonly PersonFaces[]): string {
	const cosines = people.flatMap(({ faces }) => {
		const good = faces.filter(({ isGood }) => isGood);
		return good.flatMap((a, i) => good.slice(i + 1).map((b) => cosine(a.embedding, b.embedding)));
	});
	const sorted = Float64Array.from(cosines).sort();
	const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
	const slope = (2 * QUARTILE) / (at(0.75) - at(0.25));
	return `Photos of one person: { midpoint: ${at(0.5).toFixed(4)}, slope: ${slope.toFixed(0)} } (${cosines.length} pairs)`;
}

/** Of two vectors of unit length. */
function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
