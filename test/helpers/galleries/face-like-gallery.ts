/** A gallery of made faces, and further faces to ask it for: unit length, as embeddings are. */
import { Gallery, type GalleryContents } from "../../../src/gallery/gallery.ts";
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
	const contents = madeContents({ embeddings, groups, dimension });
	return { gallery: Gallery.build(contents), known: known.map(toUnit), strangers: strangers.map(toUnit) };
}

function toUnit(vector: Float32Array): Float32Array {
	const length = Math.hypot(...vector);
	return vector.map((value) => value / length);
}

/** Of embeddings, and of each of them the number of its person, what else a gallery wants. */
export function madeContents({
	embeddings,
	groups,
	dimension,
}: {
	readonly embeddings: Float32Array;
	readonly groups: Uint32Array;
	readonly dimension: number;
}): GalleryContents {
	const numPeople = groups.reduce((most, group) => Math.max(most, group), -1) + 1;
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
	return { name: "made", people, photos, embeddings, dimension, pipelineVersion: "made-1" };
}
