/**
 * Changes to an index that is in use: rows added since it was built form a small store of their own, searched
 * exactly; removed rows are passed over. Changes are values: searches under way keep those they began with.
 */
import { AppError } from "../../errors.ts";
import { Arena } from "./arena.ts";
import { EmbeddingStore } from "./embedding-store.ts";

export interface IndexChanges {
	/** The rows after the built ones. */
	readonly added: EmbeddingStore | undefined;
	/** Numbers of rows, built or added, that are no longer there. */
	readonly removed: ReadonlySet<number>;
}

export const NO_CHANGES: IndexChanges = { added: undefined, removed: new Set() };

/**
 * @param embeddings row-major, groups.length x dimension, of any length but 0; copied and normalised
 * @throws AppError INVALID_VECTOR for a shape that does not fit, a NaN or a zero vector
 */
export function addRows(
	built: EmbeddingStore,
	{ added, removed }: IndexChanges,
	embeddings: Float32Array,
	groups: Uint32Array,
): IndexChanges {
	const { dimension, arena } = built;
	const before = added?.size ?? 0;
	const allEmbeddings = new Float32Array(before * dimension + embeddings.length);
	const allGroups = new Uint32Array(before + groups.length);
	if (added) {
		for (let row = 0; row < before; row++) allEmbeddings.set(added.embedding(row), row * dimension);
		allGroups.set(added.groups);
	}
	allEmbeddings.set(embeddings, before * dimension);
	allGroups.set(groups, before);
	const store = EmbeddingStore.fill(Arena.create(arena.kernels.kind), allEmbeddings, allGroups, dimension);
	return { added: store, removed };
}

/**
 * @param size rows that there are, removed ones included
 * @throws AppError INVALID_ARGUMENT for a row that is not there
 */
export function removeRows(
	size: number,
	{ added, removed }: IndexChanges,
	rows: Iterable<number>,
): IndexChanges {
	const all = new Set(removed);
	for (const row of rows) {
		if (!Number.isInteger(row) || row < 0 || row >= size) {
			throw new AppError("INVALID_ARGUMENT", `Expected a row from 0 to ${size - 1} but received ${row}.`);
		}
		all.add(row);
	}
	return { added, removed: all };
}

/** The rows that are there, in their order, as input for a new index. */
export function liveRows(
	built: EmbeddingStore,
	{ added, removed }: IndexChanges,
): { rows: Uint32Array; embeddings: Float32Array; groups: Uint32Array } {
	const { dimension } = built;
	const size = built.size + (added?.size ?? 0);
	const rows = Uint32Array.from({ length: size }, (_, row) => row).filter((row) => !removed.has(row));
	const embeddings = new Float32Array(rows.length * dimension);
	const groups = new Uint32Array(rows.length);
	rows.forEach((row, i) => {
		const [store, place] = row < built.size || !added ? [built, row] : [added, row - built.size];
		embeddings.set(store.embedding(place), i * dimension);
		groups[i] = store.groups[place];
	});
	return { rows, embeddings, groups };
}
