/** The search in the graph; what a beam is, ../kernels.ts says. */
import { codeDot, idAt, touch } from "./dot";

const NUM_NEIGHBOURS: i32 = 32;
const NO_NEIGHBOUR: u32 = 0xffffffff;
const EXPANDED: u32 = 0x80000000;
/** Offsets in a beam. */
const WIDTH: usize = 4;
const STAMP: usize = 8;
const FRESH: usize = 64;
const ROWS: usize = 192;

export function offerToBeam(
	query: usize,
	codes: usize,
	ids: usize,
	count: i32,
	length: i32,
	beam: usize,
	lastMet: usize,
): void {
	const stamp = load<u16>(beam, STAMP);
	for (let first = 0; first < count; first += 16) {
		const end = min(first + 16, count);
		touch(codes, length, ids, first, end, beam + FRESH - (<usize>first << 2));
		for (let i = first; i < end; i++) {
			const row = idAt(ids, i);
			store<u16>(lastMet + (row << 1), stamp);
			insert(beam, <u32>row, codeDot(query, codes + row * <usize>length, length));
		}
	}
}

export function runBeam(
	query: usize,
	codes: usize,
	length: i32,
	neighbours: usize,
	beam: usize,
	lastMet: usize,
): i32 {
	const stamp = load<u16>(beam, STAMP);
	const rows = beam + ROWS;
	let numScored = 0;
	let next: i32 = 0;
	while (next < load<i32>(beam)) {
		const at = rows + (<usize>next << 2);
		const row = load<u32>(at);
		if (row >= EXPANDED) {
			next++;
			continue;
		}
		store<u32>(at, row | EXPANDED);
		const count = meetNeighbours(neighbours + ((<usize>row * NUM_NEIGHBOURS) << 2), beam + FRESH, lastMet, stamp);
		touch(codes, length, beam + FRESH, 0, count, beam + 12);
		numScored += count;
		for (let i = 0; i < count; i++) {
			const neighbour = idAt(beam + FRESH, i);
			const place = insert(beam, <u32>neighbour, codeDot(query, codes + neighbour * <usize>length, length));
			if (place < next) next = place;
		}
	}
	return numScored;
}

/** Lists the neighbours that this search has not met. */
@inline
function meetNeighbours(list: usize, fresh: usize, lastMet: usize, stamp: u16): i32 {
	let count = 0;
	for (let i = 0; i < NUM_NEIGHBOURS; i++) {
		const neighbour = load<u32>(list + (<usize>i << 2));
		if (neighbour == NO_NEIGHBOUR) break;
		const met = lastMet + (<usize>neighbour << 1);
		if (load<u16>(met) == stamp) continue;
		store<u16>(met, stamp);
		store<u32>(fresh + (<usize>count << 2), neighbour);
		count++;
	}
	return count;
}

/** @returns the row's place, or a large number if it has none */
@inline
function insert(beam: usize, row: u32, score: i32): i32 {
	const width = load<i32>(beam, WIDTH);
	let size = load<i32>(beam);
	const rows = beam + ROWS;
	const scores = rows + (<usize>width << 2);
	if (size == width) {
		if (score <= load<i32>(scores + (<usize>(size - 1) << 2))) return i32.MAX_VALUE;
	} else {
		store<i32>(beam, ++size);
	}
	// from the end, as most that enter stay near it; a search by halves mispredicts more than it saves
	let at = <usize>(size - 1) << 2;
	while (at > 0) {
		const before = load<i32>(scores + at - 4);
		if (before >= score) break;
		store<i32>(scores + at, before);
		store<u32>(rows + at, load<u32>(rows + at - 4));
		at -= 4;
	}
	store<u32>(rows + at, row);
	store<i32>(scores + at, score);
	return <i32>(at >> 2);
}
