/** Seeded vectors shaped like face embeddings: a narrow cone, people in it, photos around people. */
import { Random } from "../../../src/search/random.ts";

export interface FaceLikeRows {
	readonly embeddings: Float32Array;
	readonly groups: Uint32Array;
	readonly dimension: number;
	/** Further photos of people among the rows. */
	readonly known: Float32Array[];
	/** Photos of people who are not. */
	readonly strangers: Float32Array[];
}

export function createFaceLikeRows(
	numPeople: number,
	photosPerPerson: number,
	{ dimension = 128, numQueries = 50, seed = 1 } = {},
): FaceLikeRows {
	const random = new Random(seed);
	const around = (centre: Float32Array, spread: number, decay: number) =>
		centre.map((value, i) => value + spread * Math.exp(-i / decay) * random.normal());
	const mean = Float32Array.from({ length: dimension }, (_, i) => Math.cos(i));
	const person = () => around(mean, 1.2, 24);
	const photo = (centre: Float32Array) => around(centre, 0.5, 45);
	const people = Array.from({ length: numPeople }, person);
	const size = numPeople * photosPerPerson;
	const embeddings = new Float32Array(size * dimension);
	for (let row = 0; row < size; row++) embeddings.set(photo(people[row % numPeople]), row * dimension);
	return {
		embeddings,
		groups: Uint32Array.from({ length: size }, (_, row) => row % numPeople),
		dimension,
		known: Array.from({ length: numQueries }, (_, i) => photo(people[i % numPeople])),
		strangers: Array.from({ length: numQueries }, () => photo(person())),
	};
}
