/** How much effort a search of the index needs for a recall, measured on the table itself and kept beside it. */
import pMap from "p-map";
import { readStrangers } from "../../resemblance/strangers-file.ts";
import type { Client, Database } from "../connection/database.ts";
import { readVector } from "../copy/binary-copy.ts";
import { copyOut } from "../copy/copy-table.ts";
import { EMBEDDINGS } from "../copy/table-format.ts";
import { findNearest, MAX_EF_SEARCH, numFirstPhotosFor } from "./find-nearest.ts";

export interface Calibration {
	readonly efSearch: number;
	/** Share of the 7 nearest people that it finds for strangers, 0 to 1. */
	readonly recall: number;
	/** With so many questions; none where the gallery is so small that all of it is compared. */
	readonly numQueries: number;
}

/** What is measured, rising; pgvector's own default is 40. */
const EFFORTS = [40, 80, 160, 320, 640, MAX_EF_SEARCH] as const;
/** As many people as the page shows. */
const K = 7;
const NUM_QUERIES = 100;
/** Queries as a share of the photos: a small gallery needs no long measuring. */
const MAX_SHARE = 0.05;
/** The server has others to answer meanwhile. */
const FEW = { concurrency: 4 } as const;
/** More than anybody asks for: no effort beyond it is measured. */
const ENOUGH = 0.999;

/**
 * Asks for strangers, exactly and with each effort. Visitors are strangers: people who are in the gallery are found with
 * less.
 */
export async function calibrate(database: Database, pipelineVersion: string): Promise<Calibration[]> {
	const isSmall = await database.read(hasFewPhotos);
	const queries = isSmall ? [] : await chooseQueries(database, pipelineVersion);
	// known without asking: a change of a small gallery is measured each time, and somebody waits for it
	const measured: Calibration[] = isSmall ? [{ efSearch: EFFORTS[0], recall: 1, numQueries: 0 }] : [];
	if (queries.length > 0) {
		const truth = await pMap(queries, (query) => peopleFor(database, query, undefined), FEW);
		for (const efSearch of EFFORTS) {
			const found = await pMap(queries, (query) => peopleFor(database, query, efSearch), FEW);
			const [hits, all] = [numHits(found, truth), truth.flat().length];
			measured.push({ efSearch, recall: all === 0 ? 1 : hits / all, numQueries: queries.length });
			if (hits >= ENOUGH * all) break;
		}
	}
	await database.change(async (client) => {
		// two that measured at once write one after the other
		await client.query("SELECT FROM gallery FOR UPDATE");
		await client.query("DELETE FROM calibration");
		await client.query(
			`INSERT INTO calibration (ef_search, recall, num_queries)
			SELECT * FROM json_to_recordset($1) AS measured ("efSearch" integer, recall real, "numQueries" integer)`,
			[JSON.stringify(measured)],
		);
	});
	return measured;
}

/** Whether a search compares all photos, whatever its effort. */
async function hasFewPhotos(client: Client): Promise<boolean> {
	const { rowCount } = await client.query("SELECT FROM embeddings LIMIT $1", [numFirstPhotosFor(K)]);
	return (rowCount ?? 0) < numFirstPhotosFor(K);
}

export async function readCalibration(client: Client): Promise<Calibration[]> {
	const { rows } = await client.query<Calibration>(
		`SELECT ef_search AS "efSearch", recall, num_queries AS "numQueries" FROM calibration ORDER BY ef_search`,
	);
	return rows;
}

/** The least effort that finds as much as is wanted, or else the greatest. */
export function effortFor(recall: number, calibration: readonly Calibration[]): number {
	const enough = calibration.find((one) => one.recall >= recall) ?? calibration.at(-1);
	return enough?.efSearch ?? EFFORTS[0];
}

/** Strangers' faces where the pipeline has some; elsewhere what lies between two photos of the gallery. */
async function chooseQueries(database: Database, pipelineVersion: string): Promise<Float32Array[]> {
	const strangers = readStrangers(pipelineVersion);
	if (strangers) {
		const step = Math.max(1, strangers.size / NUM_QUERIES);
		const numQueries = Math.min(strangers.size, NUM_QUERIES);
		return Array.from({ length: numQueries }, (_, i) => strangers.embedding(Math.floor(i * step)));
	}
	return database.read(async (client) => {
		const { rows } = await client.query<{ most: number | null }>("SELECT max(photo) AS most FROM embeddings");
		const most = rows[0]?.most ?? null;
		if (most === null) return [];
		const numQueries = Math.min(NUM_QUERIES, Math.ceil((most + 1) * MAX_SHARE));
		const step = Math.max(1, Math.floor((most + 1) / (2 * numQueries)));
		const photos: Float32Array[] = [];
		for await (const [, , embedding] of copyOut(client, EMBEDDINGS, `photo % ${step} = 0`))
			photos.push(readVector(embedding!));
		const half = Math.min(numQueries, Math.floor(photos.length / 2));
		return photos.slice(0, half).map((photo, i) => between(photo, photos[half + i]!));
	});
}

function between(one: Float32Array, other: Float32Array): Float32Array {
	const sum = one.map((value, i) => value + other[i]!);
	const length = Math.hypot(...sum);
	return length > 0 ? sum.map((value) => value / length) : one;
}

async function peopleFor(
	database: Database,
	query: Float32Array,
	efSearch: number | undefined,
): Promise<number[]> {
	const found = await findNearest(database, { query, k: K, efSearch, collections: [] });
	return found.map(({ person }) => person);
}

function numHits(found: readonly (readonly number[])[], truth: readonly (readonly number[])[]): number {
	return truth.reduce((sum, people, i) => sum + people.filter((one) => found[i]!.includes(one)).length, 0);
}
