/**
 * An index of some of the rows, numbered anew, in which nothing of the others is left. Links among the rows that stay,
 * hyperplanes and calibration stay too: to make them anew takes minutes where there are hundreds of thousands of rows. Links
 * that still lead to a row that goes are led on to what that one is linked with.
 */
import { Arena } from "./arena.ts";
import { roomFor } from "./capacity.ts";
import { copyPlanes } from "./copy-parts.ts";
import { allocateGraph, linksOf, NO_NEIGHBOUR, NUM_NEIGHBOURS, neighboursOf } from "./graph.ts";
import { type KnownHashes, NUM_TABLES } from "./hyperplanes.ts";
import type { IndexParts } from "./index-parts.ts";
import { Removals } from "./removals.ts";

/** Of the rows that were there when it was calibrated, so many must be left: links and calibration are of those. */
const LEAST_SHARE = 0.75;

/**
 * @param rows that stay, rising
 * @param groups of each of them
 * @returns undefined where only an index built anew will do: one without a graph, of which much goes, or one of whose
 * hyperplanes' pivots goes, as they are copies of rows
 */
export function keepParts(parts: IndexParts, rows: Uint32Array, groups: Uint32Array): IndexParts | undefined {
	const { store, graph, calibration } = parts;
	const numCalibrated = calibration?.numRows ?? store.size;
	if (!graph || rows.length < LEAST_SHARE * numCalibrated) return undefined;
	const newNumbers = new Uint32Array(store.size).fill(NO_NEIGHBOUR);
	for (const [i, row] of rows.entries()) newNumbers[row] = i;
	if (isPivotAmong(parts, newNumbers)) return undefined;

	const { arena: from, stride } = store;
	const to = Arena.create(from.kernels.kind);
	const capacity = roomFor(rows.length, store.rowBytes);
	const kept = store.pick(to, rows, groups, capacity);
	const planes = copyPlanes(from, to, parts.planes, stride);
	const links = allocateGraph(to, capacity);
	const before = neighboursOf(from, graph, store.size);
	const after = neighboursOf(to, links, rows.length);
	for (const [i, row] of rows.entries()) {
		const list = after.subarray(i * NUM_NEIGHBOURS, (i + 1) * NUM_NEIGHBOURS).fill(NO_NEIGHBOUR);
		const linked = linksOf(before, row);
		const gone = linked.filter((each) => newNumbers[each] === NO_NEIGHBOUR);
		let count = 0;
		for (const each of linked) if (newNumbers[each] !== NO_NEIGHBOUR) list[count++] = newNumbers[each]!;
		for (const each of gone) {
			for (const next of linksOf(before, each)) {
				const number = newNumbers[next]!;
				if (count === NUM_NEIGHBOURS || number === NO_NEIGHBOUR || number === i || list.includes(number))
					continue;
				list[count++] = number;
			}
		}
	}
	const hashes = parts.hashes && keepHashes(from, to, parts.hashes, rows);
	const removals = Removals.create(to, capacity);
	return { ...parts, store: kept, planes, graph: links, hashes, removals };
}

/** Of the rows that have them. */
function keepHashes(from: Arena, to: Arena, known: KnownHashes, rows: Uint32Array): KnownHashes {
	const kept = rows.filter((row) => row < known.numRows);
	const pointer = to.allocate(NUM_TABLES * kept.length * 8);
	const before = from.uint32(known.pointer, NUM_TABLES * known.numRows * 2);
	const after = to.uint32(pointer, NUM_TABLES * kept.length * 2);
	let at = 0;
	for (let table = 0; table < NUM_TABLES; table++) {
		for (const row of kept) {
			const word = (table * known.numRows + row) * 2;
			after[at++] = before[word]!;
			after[at++] = before[word + 1]!;
		}
	}
	return { pointer, numRows: kept.length };
}

/** @param newNumbers NO_NEIGHBOUR for rows that go */
function isPivotAmong({ store, planes }: IndexParts, newNumbers: Uint32Array): boolean {
	const { arena, stride } = store;
	const pivots = Array.from({ length: planes.numPivots }, (_, i) =>
		Buffer.from(arena.bytes(planes.pivots + i * stride * 4, stride * 4)),
	);
	return newNumbers.some((number, row) => {
		if (number !== NO_NEIGHBOUR) return false;
		const bytes = arena.bytes(store.rows.pointerTo(row), stride * 4);
		return pivots.some((pivot) => pivot.equals(bytes));
	});
}
