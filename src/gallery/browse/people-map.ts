/**
 * A map of the gallery on which lookalikes live side by side: neighbours in the space of embeddings pull each other
 * close and everybody pushes others away, as UMAP does it (McInnes, Healy & Melville, 2018), starting from the two
 * main directions in which people differ. Here people, not photos, are the points: some thousands at most.
 */
import { createGiveWay, type GiveWay, mapInSlices } from "../../give-way.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { type ListedPerson, PeopleDirectory } from "./people-directory.ts";

export interface MapPlace {
	/** 0 to 1 each. */
	readonly x: number;
	readonly y: number;
}

export interface PeopleMap {
	/** In the order of the directory; places[i] is where people[i] lives. */
	readonly people: readonly ListedPerson[];
	readonly places: readonly MapPlace[];
	/** Pairs of numbers in `people`, the most alike for where they live first. */
	readonly closest: readonly (readonly [number, number])[];
	/** Where the person of that number lives, if they are on the map. */
	placeOf(number: number): MapPlace | undefined;
}

/** Nobody can find anybody among more. */
const MAX_PEOPLE = 2000;
const NUM_NEIGHBOURS = 10;
/** Pairs of people that are remembered as the most alike. */
const MAX_CLOSEST = 100;
const NUM_ROUNDS = 160;
/** People whom each pull is balanced against. */
const NUM_PUSHES = 4;
/** UMAP's curve for a least distance of 0.3 and a spread of 1. */
const [CURVE_A, CURVE_B] = [0.99, 1.11];
const MAX_STEP = 4;

const maps = new WeakMap<ReadableGallery, Promise<PeopleMap>>();
const drawnMaps = new WeakMap<ReadableGallery, PeopleMap>();

/** The gallery's map; drawn, beside other work, when it is first asked for, and kept as long as the gallery is. */
export function peopleMapOf(gallery: ReadableGallery): Promise<PeopleMap> {
	const known = maps.get(gallery);
	if (known) return known;
	const map = drawMap(gallery).then((drawn) => {
		drawnMaps.set(gallery, drawn);
		return drawn;
	});
	maps.set(gallery, map);
	// a database that did not answer is asked again
	map.catch(() => maps.delete(gallery));
	return map;
}

/** The gallery's map if it is drawn already; if not, it is begun. */
export function drawnMapOf(gallery: ReadableGallery): PeopleMap | undefined {
	if (!maps.has(gallery)) void peopleMapOf(gallery);
	return drawnMaps.get(gallery);
}

async function drawMap(gallery: ReadableGallery): Promise<PeopleMap> {
	const people = PeopleDirectory.of(gallery).entries.slice(0, MAX_PEOPLE);
	const giveWay = createGiveWay();
	const means = await gallery.templatesOf(people.map(({ number }) => number));
	const nearest = await findNeighbours(means, giveWay);
	const neighbours = nearest.map(({ numbers }) => numbers);
	const positions = await findMainDirections(means, giveWay);
	await settle(positions, neighbours, giveWay);
	const places = spread(positions);
	const byNumber = new Map(people.map(({ number }, i) => [number, places[i]!]));
	return { people, places, closest: findClosest(nearest), placeOf: (number) => byNumber.get(number) };
}

interface Neighbours {
	/** Of the people most alike, the most alike first. */
	readonly numbers: Int32Array;
	/** Cosines with them. */
	readonly similarities: Float32Array;
}

/** For each person those most alike. */
async function findNeighbours(means: readonly Float32Array[], giveWay: GiveWay): Promise<Neighbours[]> {
	const neighbours: Neighbours[] = [];
	const similarities = new Float32Array(means.length);
	for (const [i, mean] of means.entries()) {
		for (const [j, other] of means.entries()) similarities[j] = i === j ? -2 : dot(mean, other);
		const numbers = nearestOf(similarities, Math.min(NUM_NEIGHBOURS, means.length - 1));
		neighbours.push({ numbers, similarities: Float32Array.from(numbers, (number) => similarities[number]!) });
		await giveWay();
	}
	return neighbours;
}

/** As the score has it, what counts is by how much two lead over the neighbours around them. */
function findClosest(neighbours: readonly Neighbours[]): [number, number][] {
	const crowds = neighbours.map(
		({ similarities }) => similarities.reduce((sum, value) => sum + value, 0) / similarities.length,
	);
	return neighbours
		.flatMap(({ numbers, similarities }, one) => {
			const [other, similarity] = [numbers[0], similarities[0]];
			if (other === undefined || similarity === undefined) return [];
			// a pair of mutual neighbours counts once
			if (neighbours[other]!.numbers[0] === one && other < one) return [];
			const lead = similarity - (crowds[one]! + crowds[other]!) / 2;
			return [{ pair: [one, other] as [number, number], lead }];
		})
		.sort((a, b) => b.lead - a.lead)
		.slice(0, MAX_CLOSEST)
		.map(({ pair }) => pair);
}

function nearestOf(similarities: Float32Array, count: number): Int32Array {
	const best: number[] = [];
	for (let j = 0; j < similarities.length; j++) {
		const last = best.at(-1);
		if (best.length === count && (last === undefined || similarities[j]! <= similarities[last]!)) continue;
		let at = best.length;
		while (at > 0 && similarities[best[at - 1]!]! < similarities[j]!) at--;
		best.splice(at, 0, j);
		if (best.length > count) best.pop();
	}
	return Int32Array.from(best);
}

/** Two principal components by power iteration, scaled to about -10 to 10: x and y of each person in turn. */
async function findMainDirections(means: readonly Float32Array[], giveWay: GiveWay): Promise<Float64Array> {
	const dimension = means[0]?.length ?? 0;
	const centre = new Float64Array(dimension);
	for (const mean of means) for (let i = 0; i < dimension; i++) centre[i]! += mean[i]! / means.length;
	await giveWay();
	const centred = await mapInSlices(
		means,
		(mean) => Float64Array.from(mean, (value, i) => value - centre[i]!),
		giveWay,
	);
	const random = createRandom(7);
	const positions = new Float64Array(means.length * 2);
	for (let axis = 0; axis < 2; axis++) {
		let direction = Float64Array.from({ length: dimension }, () => random() - 0.5);
		for (let round = 0; round < 30; round++) {
			const next = new Float64Array(dimension);
			for (const row of centred) {
				const share = dot(row, direction);
				for (let i = 0; i < dimension; i++) next[i]! += share * row[i]!;
			}
			const length = Math.hypot(...next) || 1;
			direction = next.map((value) => value / length);
			await giveWay();
		}
		const along = centred.map((row) => dot(row, direction));
		const reach = Math.max(...along.map(Math.abs)) || 1;
		for (const [i, value] of along.entries()) positions[i * 2 + axis] = (value / reach) * 10;
		// what is explained is taken out, so that the next direction is another
		for (const [i, row] of centred.entries()) {
			for (let d = 0; d < dimension; d++) row[d]! -= along[i]! * direction[d]!;
			await giveWay();
		}
	}
	return positions;
}

/** Stochastic gradient descent on UMAP's cross entropy; the same people always settle in the same places. */
async function settle(
	positions: Float64Array,
	neighbours: readonly Int32Array[],
	giveWay: GiveWay,
): Promise<void> {
	const random = createRandom(2018);
	const count = neighbours.length;
	const push = (i: number, j: number, factor: number) => {
		for (let axis = 0; axis < 2; axis++) {
			const difference = positions[i * 2 + axis]! - positions[j * 2 + axis]!;
			positions[i * 2 + axis]! += Math.max(-MAX_STEP, Math.min(MAX_STEP, factor * difference));
		}
	};
	const squaredDistance = (i: number, j: number) =>
		(positions[i * 2]! - positions[j * 2]!) ** 2 + (positions[i * 2 + 1]! - positions[j * 2 + 1]!) ** 2;
	for (let round = 0; round < NUM_ROUNDS; round++) {
		const rate = 1 - round / NUM_ROUNDS;
		for (let i = 0; i < count; i++) {
			for (const j of neighbours[i]!) {
				const near = squaredDistance(i, j);
				const power = near ** CURVE_B;
				const pull = near > 0 ? (-2 * CURVE_A * CURVE_B * power) / near / (CURVE_A * power + 1) : 0;
				push(i, j, pull * rate);
				push(j, i, pull * rate);
			}
			for (let n = 0; n < NUM_PUSHES; n++) {
				const j = Math.floor(random() * count);
				if (j === i) continue;
				const far = squaredDistance(i, j);
				push(i, j, ((2 * CURVE_B) / ((0.001 + far) * (CURVE_A * far ** CURVE_B + 1))) * rate);
			}
			await giveWay();
		}
	}
}

/** From 0 to 1 on both axes, by rank half-way: a few loners don't squeeze all others into a corner. */
function spread(positions: Float64Array): MapPlace[] {
	const axes = [0, 1].map((axis) => {
		const values = positions.filter((_, i) => i % 2 === axis);
		const sorted = values.slice().sort();
		const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 1];
		const rankOf = new Map([...sorted].map((value, rank) => [value, rank / Math.max(1, sorted.length - 1)]));
		return Array.from(values, (value) => ((value - least) / (most - least || 1) + rankOf.get(value)!) / 2);
	});
	return axes[0]!.map((x, i) => ({ x, y: axes[1]![i]! }));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}

/** Linear congruential generator (Numerical Recipes): places, not secrets. */
function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}
