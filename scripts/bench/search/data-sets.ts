/**
 * Vectors to measure with. Face-like: a person's centre is c = m + L_B g, a photo is normalise(c + L_W h), with g and h
 * standard normal; m, L_B, L_W (facelike.f32: 257 rows of 128 float32) were fitted on 38,887 real face embeddings.
 */
import { readFileSync } from "node:fs";
import { Random } from "../../../src/search/random.ts";

export const DIMENSION = 128;
/** Standard deviation of each of the 128 numbers around a centre of length 1. */
const CLUSTER_SPREAD = 0.03;

/** Rows of an index, and queries of both kinds. */
export interface BenchData {
	readonly name: string;
	readonly embeddings: Float32Array;
	readonly groups: Uint32Array;
	/** Further photos of people in the index. */
	readonly known: Float32Array[];
	/** Photos of people who are not in it. */
	readonly strangers: Float32Array[];
}

/** @param numPeople each with `size / numPeople` photos, shuffled */
export function createFaceLike(size: number, numPeople: number, numQueries: number, seed: number): BenchData {
	const bytes = readFileSync(new URL("facelike.f32", import.meta.url));
	const model = new Float32Array(new Uint8Array(bytes).buffer);
	const random = new Random(seed);
	const part = (from: number, rows: number) => model.subarray(from * DIMENSION, (from + rows) * DIMENSION);
	const [mean, between, within] = [part(0, 1), part(1, 128), part(129, 128)];
	const around = (centre: Float32Array, spread: Float32Array) => {
		const normal = Float64Array.from({ length: DIMENSION }, () => random.normal());
		return centre.map((value, i) => {
			let sum = value;
			for (let j = 0; j < DIMENSION; j++) sum += spread[i * DIMENSION + j] * normal[j];
			return sum;
		});
	};
	const centres = Array.from({ length: numPeople }, () => around(mean, between));
	const order = random.sample(size, size);
	const embeddings = new Float32Array(size * DIMENSION);
	const groups = new Uint32Array(size);
	for (let i = 0; i < size; i++) {
		const person = i % numPeople;
		groups[order[i]] = person;
		embeddings.set(normalised(around(centres[person], within)), order[i] * DIMENSION);
	}
	return {
		name: `face-like ${size.toLocaleString("en")}`,
		embeddings,
		groups,
		known: Array.from({ length: numQueries }, (_, i) => normalised(around(centres[i % numPeople], within))),
		strangers: Array.from({ length: numQueries }, () => normalised(around(around(mean, between), within))),
	};
}

/** Directions without any structure: the hardest case. */
export function createUniform(size: number, numQueries: number, seed: number): BenchData {
	const random = new Random(seed);
	const direction = () => normalised(Float32Array.from({ length: DIMENSION }, () => random.normal()));
	const embeddings = new Float32Array(size * DIMENSION);
	for (let row = 0; row < size; row++) embeddings.set(direction(), row * DIMENSION);
	return {
		name: `uniform ${size.toLocaleString("en")}`,
		embeddings,
		groups: Uint32Array.from({ length: size }, (_, i) => i),
		known: [],
		strangers: Array.from({ length: numQueries }, direction),
	};
}

/** Groups far from one another, `size / numGroups` vectors each, scattered around a direction of their own. */
export function createClusters(size: number, numGroups: number, numQueries: number, seed: number): BenchData {
	const random = new Random(seed);
	const around = (centre: Float32Array | undefined, spread: number) =>
		normalised(
			Float32Array.from({ length: DIMENSION }, (_, i) => (centre?.[i] ?? 0) + spread * random.normal()),
		);
	const centres = Array.from({ length: numGroups }, () => around(undefined, 1));
	const groups = Uint32Array.from(random.sample(size, size), (place) => place % numGroups);
	const embeddings = new Float32Array(size * DIMENSION);
	groups.forEach((group, row) => {
		embeddings.set(around(centres[group], CLUSTER_SPREAD), row * DIMENSION);
	});
	return {
		name: `clusters ${size.toLocaleString("en")}`,
		embeddings,
		groups,
		known: Array.from({ length: numQueries }, (_, i) => around(centres[i % numGroups], CLUSTER_SPREAD)),
		// between two of them, nearer to neither
		strangers: Array.from({ length: numQueries }, (_, i) => {
			const [a, b] = [centres[i % numGroups], centres[(i * 7 + 1) % numGroups]] as [
				Float32Array,
				Float32Array,
			];
			return around(
				a.map((value, j) => value + (b[j] ?? 0)),
				CLUSTER_SPREAD,
			);
		}),
	};
}

/** The same rows so many times over, shuffled: as of pictures that several sites show. */
export function copyRows(data: BenchData, numCopies: number, seed: number): BenchData {
	const size = data.groups.length * numCopies;
	const order = new Random(seed).sample(size, size);
	const embeddings = new Float32Array(size * DIMENSION);
	const groups = new Uint32Array(size);
	order.forEach((place, i) => {
		const row = i % data.groups.length;
		embeddings.set(data.embeddings.subarray(row * DIMENSION, (row + 1) * DIMENSION), place * DIMENSION);
		groups[place] = data.groups[row];
	});
	return { ...data, name: `${data.name} x ${numCopies}`, embeddings, groups };
}

/**
 * Real embeddings.
 * @param embeddingsFile float32 rows of 128
 * @param peopleFile one uint32 per row
 * @param seed of which people are asked for
 */
export function readReal(
	embeddingsFile: string,
	peopleFile: string,
	numQueries: number,
	seed: number,
): BenchData {
	const all = new Float32Array(new Uint8Array(readFileSync(embeddingsFile)).buffer);
	const people = new Uint32Array(new Uint8Array(readFileSync(peopleFile)).buffer);
	const rowsOf = new Map<number, number[]>();
	people.forEach((person, row) => {
		rowsOf.set(person, [...(rowsOf.get(person) ?? []), row]);
	});
	const known: number[] = [];
	const strangers: number[] = [];
	const kept: number[] = [];
	const everybody = [...rowsOf.values()];
	for (const person of new Random(seed).sample(everybody.length, everybody.length)) {
		const rows = everybody[person]!;
		if (strangers.length < numQueries && rows.length === 1) strangers.push(rows[0]);
		else if (known.length < numQueries && rows.length > 1) {
			known.push(rows[0]);
			kept.push(...rows.slice(1));
		} else kept.push(...rows);
	}
	const row = (index: number) => all.slice(index * DIMENSION, (index + 1) * DIMENSION);
	const embeddings = new Float32Array(kept.length * DIMENSION);
	kept.forEach((index, i) => {
		embeddings.set(row(index), i * DIMENSION);
	});
	return {
		name: `real ${kept.length.toLocaleString("en")}`,
		embeddings,
		groups: Uint32Array.from(kept, (index) => people[index]),
		known: known.map(row),
		strangers: strangers.map(row),
	};
}

function normalised(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
}
