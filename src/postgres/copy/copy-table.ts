/** Whole tables into a database and out of it, by COPY in binary. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { Client } from "../connection/database.ts";
import { decodeCopy, encodeCopy, type Field } from "./binary-copy.ts";
import { type Checksum, checksumQuery, type TableColumns } from "./table-format.ts";

/** @param rows fields in the order of the format's columns; read only as fast as the server takes them */
export async function copyIn(
	client: Client,
	{ table, columns }: TableColumns,
	rows: Iterable<readonly Field[]>,
): Promise<void> {
	const names = Object.keys(columns).join(", ");
	const stream = client.query(copyFrom(`COPY ${table} (${names}) FROM STDIN (FORMAT binary)`));
	await pipeline(Readable.from(encodeCopy(rows)), stream);
}

/**
 * The rows of a table by their key, as fields; they come as fast as they are read.
 * @param condition SQL, e.g. "version > 3"
 */
export function copyOut(
	client: Client,
	{ table, columns, key }: TableColumns,
	condition = "true",
): AsyncGenerator<Field[]> {
	const names = Object.keys(columns).join(", ");
	const query = `COPY (SELECT ${names} FROM ${table} WHERE ${condition} ORDER BY ${key}) TO STDOUT (FORMAT binary)`;
	return decodeCopy(client.query(copyTo(query)));
}

/** As the server sums it up. */
export async function checksumOf(client: Client, format: TableColumns): Promise<Checksum> {
	const { rows } = await client.query<{ num_rows: string; sum: string }>(checksumQuery(format));
	return { numRows: Number(rows[0]!.num_rows), sum: BigInt(rows[0]!.sum) };
}
