/** `gallery info`, `verify` and `export` of a gallery in a database, as cli/gallery has them for files. */

import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import type { Check } from "../../gallery/verify/check.ts";
import type { CreditRules } from "../../gallery/verify/check-catalogue.ts";
import { withDatabase } from "./with-database.ts";

/** What is in it, how large its tables are, and what its index promises. */
export async function describeDatabase(address: string, isJson: boolean): Promise<void> {
	await withDatabase(address, async (database) => {
		const [{ readDatabaseGallery }, { readSizes }] = await Promise.all([
			import("../../postgres/read-gallery.ts"),
			import("../../postgres/verify-database.ts"),
		]);
		const gallery = await readDatabaseGallery(database);
		const bytes = await readSizes(database);
		const { calibration, dimension, version } = gallery.parts;
		const info = {
			database: database.place.label,
			bytes,
			name: gallery.name,
			people: gallery.numPeople,
			photos: gallery.numPhotos,
			collections: numPeopleByCollection(gallery),
			dimension,
			pipelineVersion: gallery.pipelineVersion,
			version,
			calibration,
		};
		console.log(isJson ? JSON.stringify(info) : describe(info));
	});
}

interface Info {
	readonly database: string;
	readonly bytes: Readonly<Record<string, number>>;
	readonly name: string;
	readonly people: number;
	readonly photos: number;
	readonly collections: Readonly<Record<string, number>>;
	readonly dimension: number;
	readonly pipelineVersion: string;
	readonly version: number;
	readonly calibration: readonly { readonly efSearch: number; readonly recall: number }[];
}

function describe({ bytes, collections, calibration, ...info }: Info): string {
	const lines: [what: string, value: string][] = [
		["database", info.database],
		[
			"bytes",
			Object.entries(bytes)
				.map(([table, size]) => `${table} ${(size / 1e6).toFixed(1)} MB`)
				.join(", "),
		],
		["name", info.name],
		["people", `${info.people}`],
		["photos", `${info.photos}`],
		["changes", `${info.version}`],
		["embeddings", `${info.dimension} numbers each, by ${info.pipelineVersion}`],
		...Object.entries(collections)
			.sort(([, a], [, b]) => b - a)
			.map(([name, number], i): [string, string] => [i === 0 ? "collections" : "", `${name}: ${number}`]),
		...calibration.map(({ efSearch, recall }, i): [string, string] => [
			i === 0 ? "recall" : "",
			`${(100 * recall).toFixed(1)} % of the 7 nearest people with ef_search ${efSearch}`,
		]),
	];
	return lines.map(([what, value]) => `${what.padEnd(13)}${value}`).join("\n");
}

function numPeopleByCollection({ people }: ReadableGallery): Record<string, number> {
	const numbers = new Map<string, number>();
	for (const collection of people.flatMap(({ collections }) => collections))
		numbers.set(collection, (numbers.get(collection) ?? 0) + 1);
	return Object.fromEntries(numbers);
}

export function verifyInDatabase(address: string, rules: CreditRules): Promise<Check[]> {
	return withDatabase(address, async (database) => {
		const { verifyDatabase } = await import("../../postgres/verify-database.ts");
		return verifyDatabase(database, rules);
	});
}

/** What an export is made of. */
export interface Exported {
	readonly gallery: Pick<
		ReadableGallery,
		"name" | "settings" | "pipelineVersion" | "dimension" | "numPhotos" | "rows" | "photo" | "person"
	>;
	/** One for each row of the gallery. */
	readonly embeddings: Iterable<Float32Array>;
}

/** All of it as it is at one moment, checksums compared. */
export function exportFromDatabase(address: string): Promise<Exported> {
	return withDatabase(address, async (database) => {
		const { pullGallery } = await import("../../postgres/pull-gallery.ts");
		const { settings = {}, people, photos, embeddings, ...facts } = (await pullGallery(database)).contents;
		const rows = photos.map((_, row) => row);
		return {
			gallery: {
				...{ ...facts, settings, numPhotos: photos.length },
				rows: () => rows,
				photo: (row) => photos[row]!,
				person: (number) => people[number]!,
			},
			embeddings: rows.map((row) => embeddings.subarray(row * facts.dimension, (row + 1) * facts.dimension)),
		};
	});
}
