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
	return sumOfSixteen(a, b, c, d);
}

/** Of a row of float16 with length not quite 1: the dot product, divided by the length. */
@inline
export function halfCosine(query: usize, row: usize, byteLength: usize): f32 {
	let a = f32x4.splat(0);
	let b = a;
	let c = a;
	let d = a;
	let aa = a;
	let bb = a;
	let cc = a;
	let dd = a;
	for (let at: usize = 0; at < byteLength; at += 32) {
		const from = query + (at << 1);
		const e = decode(v128.load_ext<i16>(row + at));
		const f = decode(v128.load_ext<i16>(row + at, 8));
		const g = decode(v128.load_ext<i16>(row + at, 16));
		const h = decode(v128.load_ext<i16>(row + at, 24));
		a = f32x4.add(a, f32x4.mul(v128.load(from), e));
		b = f32x4.add(b, f32x4.mul(v128.load(from, 16), f));
		c = f32x4.add(c, f32x4.mul(v128.load(from, 32), g));
		d = f32x4.add(d, f32x4.mul(v128.load(from, 48), h));
		aa = f32x4.add(aa, f32x4.mul(e, e));
		bb = f32x4.add(bb, f32x4.mul(f, f));
		cc = f32x4.add(cc, f32x4.mul(g, g));
		dd = f32x4.add(dd, f32x4.mul(h, h));
	}
	return sumOfSixteen(a, b, c, d) / sqrt<f32>(sumOfSixteen(aa, bb, cc, dd));
}

/** Four float16 numbers, whose bits were extended to 32, as float32: ../half.ts says why. */
@inline
function decode(halves: v128): v128 {
	const bits = v128.and(i32x4.shl(halves, 13), i32x4.splat(0x8fffffff));
	return f32x4.mul(bits, f32x4.splat(<f32>5192296858534827628530496329220096.0));
}

@inline
function sumOfSixteen(a: v128, b: v128, c: v128, d: v128): f32 {
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
