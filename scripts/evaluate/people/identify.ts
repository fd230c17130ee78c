/** Whether people in the gallery come back as themselves: each photo asked once, in five folds, by one, two or three. */
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import { fuseFaces } from "../../../src/pipeline/fuse-photos.ts";
import { Random } from "../../../src/search/random.ts";
import { galleryOf, type PersonFaces, percent } from "./people-photos.ts";
import type { ReadFace } from "./read-faces.ts";

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
