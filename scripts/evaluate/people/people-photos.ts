/** The photos that the evaluations ask for, by whom they show. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { foldName } from "../../../src/gallery/people/fold-name.ts";
import type { ReadFace } from "./read-faces.ts";

export interface PersonFaces {
	readonly name: string;
	readonly faces: readonly ReadFace[];
}

/** Photos of gallery.csv, by person. */
export async function listGalleryPhotos(folder: string): Promise<Map<string, string[]>> {
	const text = await readFile(path.join(folder, "gallery.csv"), "utf8");
	const rows: { photo: string; name: string; wikipedia: string }[] = parse(text, { columns: true });
	const photosOf = new Map<string, string[]>();
	for (const { photo, name, wikipedia } of rows) {
		const key = foldName(wikipedia || name);
		photosOf.set(key, [...(photosOf.get(key) ?? []), photo]);
	}
	return photosOf;
}

/** All photos of LFW, by person as its folders spell them. */
export async function listLfwPhotos(folder: string): Promise<Map<string, string[]>> {
	const photosOf = new Map<string, string[]>();
	for (const person of (await readdir(path.join(folder, "lfw"))).sort()) {
		const files = (await readdir(path.join(folder, "lfw", person))).sort();
		photosOf.set(
			person.replaceAll("_", " "),
			files.map((file) => `lfw/${person}/${file}`),
		);
	}
	return photosOf;
}

/** Those of the people who have a face in one of their photos. */
export function withFaces(
	photosOf: ReadonlyMap<string, readonly string[]>,
	faces: ReadonlyMap<string, ReadFace>,
): PersonFaces[] {
	return [...photosOf]
		.map(([name, photos]) => ({
			name,
			faces: photos.map((photo) => faces.get(photo)).filter((face) => face !== undefined),
		}))
		.filter((person) => person.faces.length > 0);
}

/** A gallery of these faces, good or not. */
export function galleryOf(people: readonly PersonFaces[], pipelineVersion: string): Gallery {
	const all = people.flatMap(({ faces }, person) => faces.map((face) => ({ ...face, person })));
	const dimension = all[0]?.embedding.length ?? 0;
	const embeddings = new Float32Array(all.length * dimension);
	for (const [row, { embedding }] of all.entries()) embeddings.set(embedding, row * dimension);
	return Gallery.build({
		name: "evaluation",
		people: people.map(({ name }) => ({ name, wikipedia: undefined, collections: [] })),
		photos: all.map(({ person, photo }) => ({
			person,
			source: photo,
			box: { x: 0, y: 0, width: 1, height: 1 },
			landmarks: Float32Array.from({ length: 136 }, (_, i) => i),
			picture: undefined,
		})),
		embeddings,
		dimension,
		pipelineVersion,
	});
}

export function percent(share: number): string {
	return `${(100 * share).toFixed(2)} %`;
}

export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
