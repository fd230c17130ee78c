/** The tables that hold a gallery, as they are copied into a database and out of it, and their checksums. */
import { createHash } from "node:crypto";
import type { Credit } from "../../gallery/credit.ts";
import type { Person } from "../../gallery/person.ts";
import { type Field, int32, readTextArray, readVector, text, textArray, vector } from "./binary-copy.ts";

/** Functions with which the server writes a column as `binary-copy.ts` does; bytea is what it is. */
const SEND = {
	int4: (column: string) => `int4send(${column})`,
	text: (column: string) => `textsend(${column})`,
	texts: (column: string) => `array_send(${column})`,
	json: (column: string) => `json_send(${column})`,
	bytes: (column: string) => column,
	vector: (column: string) => `vector_send(${column})`,
} as const;

export interface TableColumns {
	readonly table: string;
	/** What orders it, and is its key. */
	readonly key: string;
	readonly columns: Readonly<Record<string, keyof typeof SEND>>;
}

export interface TableFormat<Row> extends TableColumns {
	encode(row: Row): Field[];
	/** What is kept of the fields is copied. */
	decode(fields: readonly Field[]): Row;
}

export interface PersonRow {
	readonly id: number;
	readonly person: Person;
	/** Mean of the person's embeddings, unit length. */
	readonly template: Float32Array;
}

export interface PhotoRow {
	readonly id: number;
	/** Id of the person. */
	readonly person: number;
	readonly source: string;
	readonly picture: string | null;
	readonly credit: Credit | undefined;
	/** A record, see gallery/photo-codec.ts. */
	readonly geometry: Uint8Array;
}

export interface EmbeddingRow {
	/** Id of the photo. */
	readonly photo: number;
	readonly person: number;
	/** Unit length. */
	readonly embedding: Float32Array;
}

export const PEOPLE: TableFormat<PersonRow> = {
	table: "people",
	key: "id",
	columns: { id: "int4", name: "text", collections: "texts", facts: "json", template: "vector" },
	encode: ({ id, person: { name, collections, ...facts }, template }) => [
		int32(id),
		text(name),
		textArray(collections),
		text(JSON.stringify(facts)),
		vector(template),
	],
	decode: ([id, name, collections, facts, template]) => ({
		id: id!.readInt32BE(),
		person: personOf(
			name!.toString("utf8"),
			readTextArray(collections!),
			JSON.parse(facts!.toString("utf8")),
		),
		template: readVector(template!),
	}),
};

export const PHOTOS: TableFormat<PhotoRow> = {
	table: "photos",
	key: "id",
	columns: { id: "int4", person: "int4", source: "text", picture: "text", credit: "json", geometry: "bytes" },
	encode: ({ id, person, source, picture, credit, geometry }) => [
		int32(id),
		int32(person),
		text(source),
		picture === null ? null : text(picture),
		credit ? text(JSON.stringify(credit)) : null,
		Buffer.from(geometry.buffer, geometry.byteOffset, geometry.byteLength),
	],
	decode: ([id, person, source, picture, credit, geometry]) => ({
		id: id!.readInt32BE(),
		person: person!.readInt32BE(),
		source: source!.toString("utf8"),
		picture: picture?.toString("utf8") ?? null,
		credit: credit ? JSON.parse(credit.toString("utf8")) : undefined,
		geometry: Uint8Array.from(geometry!),
	}),
};

export const EMBEDDINGS: TableFormat<EmbeddingRow> = {
	table: "embeddings",
	key: "photo",
	columns: { photo: "int4", person: "int4", embedding: "vector" },
	encode: ({ photo, person, embedding }) => [int32(photo), int32(person), vector(embedding)],
	decode: ([photo, person, embedding]) => ({
		photo: photo!.readInt32BE(),
		person: person!.readInt32BE(),
		embedding: readVector(embedding!),
	}),
};

/** As files have it: the name first, then what else is known, what is not known left out. */
export function personOf(
	name: string,
	collections: readonly string[],
	facts: Omit<Person, "name" | "collections" | "wikipedia"> & { readonly wikipedia?: string },
): Person {
	const { wikipedia, ...others } = facts;
	return { name, wikipedia, collections, ...others };
}

/** Of a table: rows, and the sum of 48 bits of each row's SHA-256, whatever their order. */
export interface Checksum {
	readonly numRows: number;
	readonly sum: bigint;
}

/** Sums up rows as they come by. */
export class ChecksumCounter {
	#numRows = 0;
	#sum = 0n;

	add(fields: readonly Field[]): void {
		const hash = createHash("sha256");
		for (const field of fields) if (field) hash.update(field);
		this.#numRows++;
		this.#sum += BigInt(hash.digest().readUIntBE(0, 6));
	}

	get checksum(): Checksum {
		return { numRows: this.#numRows, sum: this.#sum };
	}
}

/** What makes the server sum up a table as `ChecksumCounter` does: columns num_rows and sum. */
export function checksumQuery({ table, columns }: TableColumns): string {
	const bytes = Object.entries(columns).map(([column, type]) => `coalesce(${SEND[type](column)}, ''::bytea)`);
	const digest = `encode(sha256(${bytes.join(" || ")}), 'hex')`;
	return `SELECT count(*) AS num_rows, coalesce(sum(('x' || left(${digest}, 12))::bit(48)::bigint), 0) AS sum FROM ${table}`;
}
