/** A gallery of made faces, and further faces to ask it for: unit length, as embeddings are. */
import { Gallery } from "../../src/gallery/gallery.ts";
import { createFaceLikeRows } from "./face-like-rows.ts";

export interface FaceLikeGallery {
	readonly gallery: Gallery;
	/** Further photos of people in it. */
	readonly known: Float32Array[];
	/** Photos of people who are not. */
	readonly strangers: Float32Array[];
}

export function createGallery(
	numPeople: number,
	photosPerPerson: number,
	{ numQueries = 50, seed = 1 } = {},
): FaceLikeGallery {
	const { embeddings, groups, dimension, known, strangers } = createFaceLikeRows(numPeople, photosPerPerson, {
		numQueries,
		seed,
	});
	const people = Array.from({ length: numPeople }, (_, i) => ({
		name: `Person ${i}`,
		wikipedia: undefined,
		collections: [],
	}));
	const photos = Array.from(groups, (person, row) => ({
		person,
		source: `${row}.jpg`,
		box: { x: 0, y: 0, width: 10, height: 10 },
		landmarks: Float32Array.from({ length: 136 }, (_, i) => i),
		picture: undefined,
	}));
	const contents = { name: "made", people, photos, embeddings, dimension, pipelineVersion: "made-1" };
	return { gallery: Gallery.build(contents), known: known.map(toUnit), strangers: strangers.map(toUnit) };
}

function toUnit(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
}
