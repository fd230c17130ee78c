/** Dot products of single rows, inlined where they are used. */

/** Rows whose memory is touched before they are used, so that their cache misses overlap. */
export const NUM_AHEAD: i32 = 16;
const LINE_BYTES: usize = 64;

@inline
export function idAt(ids: usize, i: i32): usize {
	return <usize>load<u32>(ids + ((<usize>i) << 2));
}

/** Reads a byte of every cache line of the rows; the sum is stored where a result will be, so that no compiler drops it. */
@inline
export function touch(rows: usize, rowBytes: usize, ids: usize, first: i32, end: i32, out: usize): void {
	let sum: u32 = 0;
	for (let i = first; i < end; i++) {
		const row = rows + idAt(ids, i) * rowBytes;
		for (let line: usize = 0; line < rowBytes; line += LINE_BYTES) sum += load<u8>(row + line);
	}
	store<u32>(out + ((<usize>first) << 2), sum);
}

@inline
export function dot(query: usize, row: usize, byteLength: usize): f32 {
	let a = f32x4.splat(0);
	let b = a;
	let c = a;
	let d = a;
	for (let at: usize = 0; at < byteLength; at += 64) {
		a = f32x4.add(a, f32x4.mul(v128.load(query + at), v128.load(row + at)));
		b = f32x4.add(b, f32x4.mul(v128.load(query + at, 16), v128.load(row + at, 16)));
		c = f32x4.add(c, f32x4.mul(v128.load(query + at, 32), v128.load(row + at, 32)));
		d = f32x4.add(d, f32x4.mul(v128.load(query + at, 48), v128.load(row + at, 48)));
	}
	const sums = f32x4.add(f32x4.add(a, c), f32x4.add(b, d));
	const pair = f32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 2, 3));
	return f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1);
}

@inline
export function codeDot(query: usize, row: usize, length: usize): i32 {
	let a = i32x4.splat(0);
	let b = a;
	const end = row + length;
	while (row < end) {
		a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(query), v128.load_ext<i8>(row)));
		b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(query, 16), v128.load_ext<i8>(row, 8)));
		query += 32;
		row += 16;
	}
	return sumOfLanes(i32x4.add(a, b));
}

@inline
export function pairDot(left: usize, right: usize, length: usize): i32 {
	let a = i32x4.splat(0);
	let b = a;
	for (let at: usize = 0; at < length; at += 16) {
		a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load_ext<i8>(left + at), v128.load_ext<i8>(right + at)));
		b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load_ext<i8>(left + at, 8), v128.load_ext<i8>(right + at, 8)));
	}
	return sumOfLanes(i32x4.add(a, b));
}

@inline
export function sumOfLanes(sums: v128): i32 {
	return (
		i32x4.extract_lane(sums, 0) +
		i32x4.extract_lane(sums, 1) +
		i32x4.extract_lane(sums, 2) +
		i32x4.extract_lane(sums, 3)
	);
}
