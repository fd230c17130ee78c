/** Whether a stranger is told the same by another photo, or by another two or three. */
import { Gallery } from "../../../src/gallery/gallery.ts";
import type { Lookalike } from "../../../src/pipeline/answer.ts";
import type { EmbeddedStage } from "../../../src/pipeline/face-steps.ts";
import { type LookalikeTools, searchFaces } from "../../../src/pipeline/find-lookalikes.ts";
import { fuseFaces } from "../../../src/pipeline/fuse-photos.ts";
import { mean, type PersonFaces, percent } from "./people-photos.ts";
import type { ReadFace } from "./read-faces.ts";

const NUM_SHOWN = 7;

/**
 * As the page answers, where the gallery prefers the better known among equals, and by similarity alone.
 * @param people who are not in the gallery
 * @param leastAlike see fuseFaces
 */
export async function measureSteadiness(
	tools: LookalikeTools,
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
	console.log(
		`Steadiness ${how} against as many others of ${pairs.length} strangers: the same best ${percent(sameBest / pairs.length)}, ${mean(overlaps).toFixed(2)} of ${NUM_SHOWN} the same, scores ${mean(differences).toFixed(1)} apart`,
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
