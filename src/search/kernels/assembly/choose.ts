/** The choice of a row's neighbours; what is chosen, ../kernels.ts says. */
import { idAt, pairDot, touch } from "./dot";

export function chooseDiverse(
	codes: usize,
	ids: usize,
	count: i32,
	length: i32,
	limit: i32,
	least: i32,
	work: usize,
	out: usize,
): i32 {
	const list = (<usize>count) << 2;
	const squares = work;
	const distances = squares + list;
	const order = distances + list;
	const chosen = order + list;
	const rowBytes = <usize>length;
	touch(codes, length, ids, 0, count, work);
	measure(codes, ids, count, rowBytes, squares, distances);
	sort(ids, count, distances, order);
	let numChosen = 0;
	// those passed over take the places of those already looked at
	let numOthers = 0;
	for (let at = 0; at < count - 1 && numChosen < limit; at++) {
		const i = idAt(order, at);
		const row = codes + idAt(ids, <i32>i) * rowBytes;
		const limitSquares = load<i32>(squares + (i << 2)) - load<i32>(distances + (i << 2));
		let isDiverse = true;
		for (let c = 0; c < numChosen; c++) {
			const j = idAt(chosen, c);
			const other = codes + idAt(ids, <i32>j) * rowBytes;
			if (limitSquares + load<i32>(squares + (j << 2)) < 2 * pairDot(row, other, rowBytes)) {
				isDiverse = false;
				break;
			}
		}
		if (isDiverse) put(chosen, numChosen++, <u32>i);
		else put(order, numOthers++, <u32>i);
	}
	for (let at = 0; at < numOthers && numChosen < least; at++) {
		put(chosen, numChosen++, <u32>idAt(order, at));
	}
	for (let c = 0; c < numChosen; c++) {
		put(out, c, <u32>idAt(ids, <i32>idAt(chosen, c)));
	}
	return numChosen;
}

@inline
function put(list: usize, i: i32, value: u32): void {
	store<u32>(list + ((<usize>i) << 2), value);
}

/** Squared lengths of all rows, and their squared distances from the first. */
@inline
function measure(
	codes: usize,
	ids: usize,
	count: i32,
	rowBytes: usize,
	squares: usize,
	distances: usize,
): void {
	const first = codes + idAt(ids, 0) * rowBytes;
	for (let i = 0; i < count; i++) {
		const at = (<usize>i) << 2;
		const row = codes + idAt(ids, i) * rowBytes;
		const square = pairDot(row, row, rowBytes);
		store<i32>(squares + at, square);
		store<i32>(distances + at, load<i32>(squares) + square - 2 * pairDot(first, row, rowBytes));
	}
}

/** Places 1 to count - 1, nearest first, of equally near ones the one with the lower row first. */
@inline
function sort(ids: usize, count: i32, distances: usize, order: usize): void {
	for (let i = 1; i < count; i++) {
		const distance = load<i32>(distances + ((<usize>i) << 2));
		const row = idAt(ids, i);
		let at = (<usize>(i - 1)) << 2;
		for (; at > 0; at -= 4) {
			const before = load<u32>(order + at - 4);
			const gap = load<i32>(distances + ((<usize>before) << 2)) - distance;
			if (gap < 0 || (gap == 0 && idAt(ids, before) < row)) break;
			store<u32>(order + at, before);
		}
		store<u32>(order + at, i);
	}
}
