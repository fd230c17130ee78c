/** A gallery whose embeddings lie on two servers, searched with the program's own statement: as much is found as on one. */
import { readFile } from "node:fs/promises";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { withFreshScale } from "../../../src/gallery/matching/measure-gallery.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import type { DatabaseGallery } from "../../../src/postgres/database-gallery.ts";
import { pushGallery } from "../../../src/postgres/push-gallery.ts";
import { readDatabaseGallery } from "../../../src/postgres/read-gallery.ts";
import { madeContents } from "../../../test/helpers/galleries/face-like-gallery.ts";
import { createFaceLike, DIMENSION } from "../search/data-sets.ts";

const NUM_PHOTOS = 10_000;
const NUM_QUERIES = 100;
const K = 7;
const RECALL = 0.95;
/** As many as come out of the index for a search; see find-nearest.ts. */
const FETCH = 100;
const SCHEMA = "sharded";

/** @param address of the server that is asked @param ports of those that hold the embeddings */
export async function measureShards(address: string, ports: readonly string[], seed: number): Promise<void> {
	console.log(`## ${NUM_PHOTOS} photos, embeddings on two servers by hash of the person (postgres_fdw)`);
	const data = createFaceLike(NUM_PHOTOS, Math.ceil(NUM_PHOTOS / 3), NUM_QUERIES, seed);
	const gallery = withFreshScale(Gallery.build(madeContents({ ...data, dimension: DIMENSION })), undefined);
	const database = Database.at(`${address}?schema=${SCHEMA}`, { timeoutMs: 60_000 });
	try {
		await pushGallery(gallery, database);
		const served = await readDatabaseGallery(database);
		const whole = await search(served, gallery, data.strangers);
		console.log(`one server: ${whole.text}`);
		const effort = served.parts.calibration.find(({ recall }) => recall >= RECALL)?.efSearch ?? 1000;
		await shard(database, address, ports, effort);
		const parts = await search(served, gallery, data.strangers);
		console.log(`two servers: ${parts.text}`);
		await explain(database, data.strangers[0]!, effort);
	} finally {
		await database.close();
	}
}

async function shard(
	database: Database,
	address: string,
	ports: readonly string[],
	effort: number,
): Promise<void> {
	const tables = await fill("shard-table.sql", { DIMENSION });
	for (const port of ports) {
		const url = new URL(address);
		url.port = port;
		url.searchParams.set("schema", "public");
		const server = Database.at(url.href, { timeoutMs: 60_000 });
		await server.createExtension();
		await server.change((client) => client.query(tables));
		await server.close();
	}
	const [PORT_0, PORT_1] = ports;
	const statements = await fill("shard.sql", { HOST: "127.0.0.1", PORT_0, PORT_1, FETCH, EFFORT: effort });
	await database.change((client) => client.query(statements), { timeoutMs: 0 });
	await database.change((client) => client.query("ANALYZE embeddings"), { timeoutMs: 0 });
}

/** A file of scripts/postgres with its blanks filled in. */
async function fill(
	file: string,
	blanks: Readonly<Record<string, string | number | undefined>>,
): Promise<string> {
	const text = await readFile(new URL(`../../postgres/${file}`, import.meta.url), "utf8");
	return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(blanks[name]));
}

async function search(
	asked: DatabaseGallery,
	truth: Gallery,
	queries: readonly Float32Array[],
): Promise<{ text: string; recall: number }> {
	await asked.findPeople(queries[0]!, K, "lsh", { recall: RECALL });
	const times: number[] = [];
	let numFound = 0;
	for (const query of queries) {
		const right = new Set(truth.findPeople(query, K, "exact").map(({ row }) => truth.source(row)));
		const startMs = performance.now();
		const found = await asked.findPeople(query, K, "lsh", { recall: RECALL });
		times.push(performance.now() - startMs);
		numFound += found.filter(({ row }) => right.has(asked.source(row))).length;
	}
	const recall = numFound / (K * queries.length);
	const median = times.sort((a, b) => a - b)[times.length >> 1]!;
	return { recall, text: `recall@${K} ${recall.toFixed(3)}, p50 ${median.toFixed(1)} ms, one client` };
}

/** What the servers are asked. */
async function explain(database: Database, query: Float32Array, effort: number): Promise<void> {
	const { rows } = await database.read(
		(client) =>
			client.query<Record<"QUERY PLAN", string>>(
				`EXPLAIN (VERBOSE, COSTS OFF) SELECT person FROM embeddings
				ORDER BY embedding::halfvec(${DIMENSION}) <=> $1::vector::halfvec(${DIMENSION}) LIMIT 56`,
				[`[${query.join(",")}]`],
			),
		{ settings: { "hnsw.ef_search": effort } },
	);
	const plan = rows.map((row) => row["QUERY PLAN"].replaceAll(/'?\[[-\d.,e]+\]'?/g, "…"));
	console.log(plan.map((line) => `    ${line.slice(0, 160)}`).join("\n"));
}
