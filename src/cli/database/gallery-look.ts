/** `gallery info`, `verify` and `export` of a gallery in a database, as cli/gallery has them for files. */

import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import type { Check } from "../../gallery/verify/check.ts";
import type { CreditRules } from "../../gallery/verify/check-catalogue.ts";
import { describeFacts, galleryFacts, type Line } from "../gallery/gallery-facts.ts";
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
		const { calibration, version } = gallery.parts;
		const facts = galleryFacts(gallery, gallery.people);
		if (isJson) {
			console.log(JSON.stringify({ database: database.place.label, bytes, ...facts, version, calibration }));
			return;
		}
		const sizes = Object.entries(bytes).map(([table, size]) => `${table} ${(size / 1e6).toFixed(1)} MB`);
		console.log(
			describeFacts(facts, {
				place: [
					["database", database.place.label],
					["bytes", sizes.join(", ")],
				],
				changed: [["changes", `${version}`]],
				index: calibration.map(
					({ efSearch, recall }, i): Line => [
						i === 0 ? "recall" : "",
						`${(100 * recall).toFixed(1)} % of the 7 nearest people with ef_search ${efSearch}`,
					],
				),
			}),
		);
	});
}

export function verifyInDatabase(address: string, rules: CreditRules): Promise<Check[]> {
	return withDatabase(address, async (database, picturesFolder) => {
		const { verifyDatabase } = await import("../../postgres/verify-database.ts");
		return verifyDatabase(database, rules, picturesFolder);
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
