/** Whether a stranger is told the same by another photo, or by another two or three. */
import type { Gallery } from "../../../src/gallery/gallery.ts";
import { fuseFaces } from "../../../src/pipeline/fuse-photos.ts";
import type { Strangers } from "../../../src/resemblance/strangers.ts";
import { ask } from "./ask-strangers.ts";
import { mean, type PersonFaces, percent } from "./people-photos.ts";
import type { ReadFace } from "./read-faces.ts";

const NUM_SHOWN = 7;

/**
 * @param people who are not in the gallery
 * @param leastAlike see fuseFaces
 */
export function measureSteadiness(
	gallery: Gallery,
	strangers: Strangers | undefined,
	people: readonly PersonFaces[],
	leastAlike: number,
): void {
	for (const numPhotos of [1, 2, 3]) {
		const pairs = people
			.filter(({ faces }) => faces.length >= 2 * numPhotos)
			.map(({ faces }) => [0, numPhotos].map((from) => faces.slice(from, from + numPhotos)))
			.map((halves) => halves.map((faces) => ask(gallery, strangers, fuse(faces, leastAlike))));
		const sameBest = pairs.filter(([a, b]) => a?.people[0]?.person === b?.people[0]?.person).length;
		const overlaps = pairs.map(([a, b]) => {
			const shown = new Set(a?.people.slice(0, NUM_SHOWN).map(({ person }) => person));
			return b?.people.slice(0, NUM_SHOWN).filter(({ person }) => shown.has(person)).length ?? 0;
		});
		const differences = pairs.map(([a, b]) => Math.abs((a?.best.score ?? 0) - (b?.best.score ?? 0)));
		console.log(
			`Steadiness, ${numPhotos} ${numPhotos === 1 ? "photo" : "photos together"} against as many others of ${pairs.length} strangers: the same best ${percent(sameBest / pairs.length)}, ${mean(overlaps).toFixed(2)} of ${NUM_SHOWN} the same, scores ${mean(differences).toFixed(1)} apart`,
		);
	}
}

function fuse(faces: readonly ReadFace[], leastAlike: number): Pick<ReadFace, "embedding" | "clarity"> {
	const sorted = faces.toSorted((a, b) => b.clarity - a.clarity) as [ReadFace, ...ReadFace[]];
	return { embedding: fuseFaces(sorted, leastAlike).embedding, clarity: sorted[0].clarity };
}
