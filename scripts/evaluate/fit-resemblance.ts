/**
 * Fits the two curves of src/resemblance/calibration.ts on a gallery's photos, half of the people each time, and
 * says what of the other half lies below the fitted quantiles:
 *
 *     npm run fit:resemblance -- data/starter.gallery
 */
import type { Gallery } from "../../src/gallery/gallery.ts";
import { readGallery } from "../../src/gallery/gallery-store.ts";
import { type Curve, calibrationFor, resemblanceOf, shareBelow } from "../../src/resemblance/calibration.ts";
import { fitCurve } from "../../src/resemblance/fit-curve.ts";

/** More photos of one person are not compared with each other: nobody should outweigh the others much. */
const MAX_PARTNERS = 50;
const CHECKED_SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

const file = process.argv[2] ?? "data/starter.gallery";
const gallery = readGallery(file);
const [even, odd] = [0, 1].map((half) => measure(gallery, half)) as [Populations, Populations];
const all = {
	bestOfStrangers: [...even.bestOfStrangers, ...odd.bestOfStrangers],
	samePerson: [...even.samePerson, ...odd.samePerson],
	bestOfOwn: [...even.bestOfOwn, ...odd.bestOfOwn],
};
console.log(`${gallery.pipelineVersion}, ${gallery.numPhotos} photos of ${gallery.numPeople} people\n`);
for (const name of ["bestOfStrangers", "samePerson"] as const) {
	const { midpoint, slope } = fitCurve(all[name]);
	console.log(
		`${name}: { midpoint: ${midpoint.toFixed(4)}, slope: ${slope.toFixed(0)} }  (${all[name].length} similarities)`,
	);
	console.log(`  fitted on even, checked on odd people: ${check(fitCurve(even[name]), odd[name])}`);
	console.log(`  fitted on odd, checked on even people: ${check(fitCurve(odd[name]), even[name])}`);
}

const calibration = calibrationFor(gallery.pipelineVersion);
console.log(`\nbest match of strangers: ${shareOfWords(all.bestOfStrangers)}`);
console.log(`best match among a person's own other photos: ${shareOfWords(all.bestOfOwn)}`);

interface Populations {
	readonly bestOfStrangers: number[];
	readonly samePerson: number[];
	/** The most similar other photo of the same person, where there is one. */
	readonly bestOfOwn: number[];
}

/** Asks for each photo of every second person: the best among all other people, and that person's other photos. */
function measure({ index, exact }: Gallery, half: number): Populations {
	const bestOfStrangers: number[] = [];
	const samePerson: number[] = [];
	const bestOfOwn: number[] = [];
	for (let row = 0; row < index.size; row++) {
		const person = index.group(row);
		if (!index.has(row) || person % 2 !== half) continue;
		const query = index.embedding(row);
		const [best] = exact.search(query, 1, { accept: (group) => group !== person });
		if (best) bestOfStrangers.push(best.similarity);
		const own = exact.search(query, MAX_PARTNERS, { accept: (group) => group === person });
		const [nearestOwn] = own.filter((match) => match.row !== row);
		if (nearestOwn) bestOfOwn.push(nearestOwn.similarity);
		samePerson.push(...own.filter((match) => match.row > row).map(({ similarity }) => similarity));
	}
	return { bestOfStrangers, samePerson, bestOfOwn };
}

/** The share of the population below each of the curve's quantiles. */
function check(curve: Curve, population: readonly number[]): string {
	return CHECKED_SHARES.map((share) => {
		const numBelow = population.filter((similarity) => shareBelow(similarity, curve) < share).length;
		return `${(100 * share).toFixed(0)} % -> ${((100 * numBelow) / population.length).toFixed(1)} %`;
	}).join(", ");
}

/** How often each of the words is said of these similarities, by the calibration in use. */
function shareOfWords(similarities: readonly number[]): string {
	const counts = new Map<string, number>();
	for (const similarity of similarities) {
		const { words } = resemblanceOf(similarity, calibration);
		counts.set(words, (counts.get(words) ?? 0) + 1);
	}
	return [...counts]
		.map(([words, count]) => `${words} ${((100 * count) / similarities.length).toFixed(1)} %`)
		.join(", ");
}
