/** Whether a gallery in a database is whole: its tables fit one another, its index is there, and its texts are what they should be. */
import { DenyList } from "../gallery/people/deny-list.ts";
import { type Check, check, counted, type Problems } from "../gallery/verify/check.ts";
import {
	type CreditRules,
	checkCatalogue,
	checkCredits,
	checkDenied,
	checkGeometries,
} from "../gallery/verify/check-catalogue.ts";
import { checkPictures } from "../gallery/verify/check-pictures.ts";
import type { Client, Database } from "./connection/database.ts";
import type { DatabaseGallery } from "./database-gallery.ts";
import { readDenied } from "./denied.ts";
import { readDatabaseGallery } from "./read-gallery.ts";

/** What must be nowhere: SQL that counts it, and how it is called. */
const FAULTS: readonly (readonly [query: string, what: string])[] = [
	[
		// not NOT IN, which compares each with each where a million don't fit in the server's work_mem
		"SELECT count(*) FROM photos WHERE NOT EXISTS (SELECT FROM embeddings WHERE photo = photos.id)",
		"photos have no embedding",
	],
	[
		"SELECT count(*) FROM embeddings LEFT JOIN photos ON photos.id = photo WHERE photos.id IS NULL",
		"embeddings are of no photo",
	],
	[
		"SELECT count(*) FROM embeddings JOIN photos ON photos.id = photo WHERE photos.person <> embeddings.person",
		"embeddings are of another person than their photo",
	],
	[
		"SELECT count(*) FROM people WHERE NOT EXISTS (SELECT FROM photos WHERE person = people.id)",
		"people have no photo",
	],
	[
		"SELECT count(*) FROM embeddings, gallery WHERE vector_dims(embedding) <> dimension",
		"embeddings are of another dimension",
	],
	[
		"SELECT count(*) FROM embeddings WHERE abs(vector_norm(embedding) - 1) > 0.001",
		"embeddings are not of length 1",
	],
	["SELECT count(*) FROM people WHERE abs(vector_norm(template) - 1) > 0.001", "means are not of length 1"],
];

/**
 * @param picturesFolder where the gallery's pictures lie, if they are to be looked at
 * @returns all checks; what is wrong is told and not thrown
 * @throws AppError where the database can't be asked
 */
export async function verifyDatabase(
	database: Database,
	rules: CreditRules,
	picturesFolder?: string,
): Promise<Check[]> {
	const gallery = await readDatabaseGallery(database);
	const denied = await database.read(readDenied);
	return [
		await check("tables", (problems) =>
			database.read((client) => checkTables(client, gallery, problems), { isSnapshot: true, timeoutMs: 0 }),
		),
		await check("index", (problems) => database.read((client) => checkIndex(client, gallery, problems))),
		await check("people", (problems) => checkCatalogue(gallery, problems)),
		await check("faces", (problems) => checkGeometries(gallery, problems)),
		await check("scale", () => (gallery.scale ? `measured on ${gallery.scale.numPhotos} photos` : "none")),
		await check("credits", (problems) => checkCredits(gallery, problems, rules)),
		await check("deny list", (problems) => checkDenied(gallery, new DenyList(denied), problems)),
		...(picturesFolder === undefined
			? []
			: [await check("pictures", (problems) => checkPictures(picturesFolder, gallery, problems))]),
	];
}

async function checkTables(client: Client, gallery: DatabaseGallery, problems: Problems): Promise<string> {
	for (const [query, what] of FAULTS) {
		const { rows } = await client.query<{ count: string }>(query);
		problems.expect(rows[0]!.count === "0", () => `${rows[0]!.count} ${what}`);
	}
	return `${counted(gallery.numPhotos, "embedding")} of ${gallery.dimension} numbers by ${gallery.pipelineVersion}`;
}

async function checkIndex(client: Client, { parts }: DatabaseGallery, problems: Problems): Promise<string> {
	const { rows } = await client.query<{ is_valid: boolean }>(
		"SELECT indisvalid AS is_valid FROM pg_index WHERE indexrelid = to_regclass('embeddings_nearest')",
	);
	problems.expect(rows.length > 0, () => "there is none on this server: each search compares all photos");
	problems.expect(rows[0]?.is_valid !== false, () => "it is not whole: REINDEX INDEX embeddings_nearest");
	return parts.calibration.length > 0
		? `HNSW, ${counted(parts.calibration.length, "effort")} calibrated`
		: "HNSW, not calibrated";
}

/** Bytes of each table with its indexes, and of the index of embeddings. */
export async function readSizes(database: Database): Promise<Record<string, number>> {
	const { rows } = await database.read((client) =>
		client.query<{ name: string; bytes: string | null }>(
			`SELECT name, pg_total_relation_size(to_regclass(name)) AS bytes FROM unnest('{people,photos,embeddings}'::text[]) AS name
			UNION ALL SELECT 'nearest', pg_relation_size(to_regclass('embeddings_nearest'))`,
		),
	);
	return Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes ?? 0)]));
}
