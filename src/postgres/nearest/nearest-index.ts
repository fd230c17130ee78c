/** The HNSW index of a gallery's embeddings: of half the precision where pgvector has that, since answers are ranked by all of it. */
import { AppError } from "../../errors.ts";
import { type Database, type Extension, isAtLeast } from "../connection/database.ts";
import { type WatchOptions, watchMaking } from "./watch-making.ts";

/** pgvector's own defaults, spelt out: what a recall was measured with. */
const [LINKS, BUILD_EFFORT] = [16, 64];
const MAX_DIMENSION = { vector: 2000, halfvec: 4000 } as const;

/** How an embedding is compared in the index; a search must order by the very same to use it. */
export function indexedType(extension: Extension, dimension: number): string {
	return `${isAtLeast(extension, 0, 7) ? "halfvec" : "vector"}(${dimension})`;
}

/**
 * Also after an interruption: what is there is not made again.
 * @throws AppError DATABASE_UNFIT without HNSW; the signal's reason
 */
export async function makeIndex(
	database: Database,
	dimension: number,
	options: WatchOptions = {},
): Promise<void> {
	const extension = await database.extension();
	if (!isAtLeast(extension, 0, 5)) {
		throw new AppError(
			"DATABASE_UNFIT",
			`Expected pgvector 0.5 or newer but the database has ${extension.version.join(".")}.`,
			{ hint: "Install a newer one, then run ALTER EXTENSION vector UPDATE." },
		);
	}
	const kind = isAtLeast(extension, 0, 7) ? "halfvec" : "vector";
	if (dimension > MAX_DIMENSION[kind]) {
		throw new AppError(
			"DATABASE_UNFIT",
			`Expected embeddings of at most ${MAX_DIMENSION[kind]} numbers but these have ${dimension}.`,
		);
	}
	await database.change(
		async (client) => {
			const statement = `CREATE INDEX IF NOT EXISTS embeddings_nearest ON embeddings
				USING hnsw ((embedding::${indexedType(extension, dimension)}) ${kind}_cosine_ops)
				WITH (m = ${LINKS}, ef_construction = ${BUILD_EFFORT})`;
			// of two that make it at once one waits, and then finds it
			await client.query("LOCK TABLE embeddings IN SHARE ROW EXCLUSIVE MODE");
			await watchMaking(database, client, () => client.query(statement), options);
			await client.query("ANALYZE people, photos, embeddings");
		},
		{ timeoutMs: 0 },
	);
}
