/** Splits a gallery into an index and queries that are not in it, of the two kinds that matter. */
import type { Gallery } from "../gallery/gallery.ts";
import { Random } from "../search/random.ts";

export interface HeldOutQuery {
	readonly embedding: Float32Array;
	/** The person's number in the gallery. */
	readonly person: number;
}

export interface HeldOutSplit {
	/** What stays in the index: row-major embeddings and the person of each row. */
	readonly embeddings: Float32Array;
	readonly groups: Uint32Array;
	/** One further photo each of people who are in the index. */
	readonly known: readonly HeldOutQuery[];
	/** One photo each of people who are not, as visitors are. */
	readonly strangers: readonly HeldOutQuery[];
}

/**
 * Draws the queries; the same seed draws the same.
 * @param numQueries most queries of each kind; at most a quarter of the people become strangers
 */
export function holdOut(gallery: Gallery, numQueries: number, seed: number): HeldOutSplit {
	const rowsOf = new Map<number, number[]>();
	for (const row of gallery.rows()) {
		const person = gallery.index.group(row);
		rowsOf.set(person, [...(rowsOf.get(person) ?? []), row]);
	}
	const random = new Random(seed);
	const everybody = [...rowsOf.keys()];
	const people = Array.from(random.sample(everybody.length, everybody.length), (i) => everybody[i] as number);
	const strangers = people.slice(0, Math.min(numQueries, Math.floor(people.length / 4)));
	const known = people
		.slice(strangers.length)
		.filter((person) => (rowsOf.get(person) as number[]).length > 1)
		.slice(0, numQueries);

	const queryRowOf = (person: number) => {
		const rows = rowsOf.get(person) as number[];
		return rows[random.below(rows.length)] as number;
	};
	const toQuery = (row: number): HeldOutQuery => ({
		embedding: gallery.index.embedding(row),
		person: gallery.index.group(row),
	});
	const knownRows = known.map(queryRowOf);
	const strangerRows = strangers.map(queryRowOf);

	const isOut = new Set([...knownRows, ...strangers.flatMap((person) => rowsOf.get(person) as number[])]);
	const kept = gallery.rows().filter((row) => !isOut.has(row));
	const { dimension } = gallery.index;
	const embeddings = new Float32Array(kept.length * dimension);
	for (const [i, row] of kept.entries()) embeddings.set(gallery.index.embedding(row), i * dimension);
	return {
		embeddings,
		groups: Uint32Array.from(kept, (row) => gallery.index.group(row)),
		known: knownRows.map(toQuery),
		strangers: strangerRows.map(toQuery),
	};
}
