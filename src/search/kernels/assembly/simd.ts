/**
 * The kernels in AssemblyScript, compiled by scripts/build-kernels.ts to ../simd.generated.ts.
 * What each does, ../kernels.ts says, and ../scalar.ts shows; here it is done 4, 8 or 16 numbers at a time.
 */

import { codeDot, dot, halfCosine, idAt, NUM_AHEAD, touch } from "./dot";

export { offerToBeam, runBeam } from "./beam";
export { chooseDiverse } from "./choose";

export function dots(query: usize, rows: usize, count: i32, length: i32, out: usize): void {
	const rowBytes = (<usize>length) << 2;
	for (let i = 0; i < count; i++) {
		store<f32>(out, dot(query, rows, rowBytes));
		rows += rowBytes;
		out += 4;
	}
}

export function dotsAt(query: usize, rows: usize, ids: usize, count: i32, length: i32, out: usize): void {
	const rowBytes = (<usize>length) << 2;
	for (let first = 0; first < count; first += NUM_AHEAD) {
		const end = min(first + NUM_AHEAD, count);
		touch(rows, rowBytes, ids, first, end, out);
		for (let i = first; i < end; i++) {
			store<f32>(out + ((<usize>i) << 2), dot(query, rows + idAt(ids, i) * rowBytes, rowBytes));
		}
	}
}

export function halfCosinesAt(query: usize, rows: usize, ids: usize, count: i32, length: i32, out: usize): void {
	const rowBytes = (<usize>length) << 1;
	for (let first = 0; first < count; first += NUM_AHEAD) {
		const end = min(first + NUM_AHEAD, count);
		touch(rows, rowBytes, ids, first, end, out);
		for (let i = first; i < end; i++) {
			store<f32>(out + ((<usize>i) << 2), halfCosine(query, rows + idAt(ids, i) * rowBytes, rowBytes));
		}
	}
}

export function scoresAt(query: usize, codes: usize, ids: usize, count: i32, length: i32, out: usize): void {
	for (let first = 0; first < count; first += NUM_AHEAD) {
		const end = min(first + NUM_AHEAD, count);
		touch(codes, length, ids, first, end, out);
		for (let i = first; i < end; i++) {
			store<i32>(out + ((<usize>i) << 2), codeDot(query, codes + idAt(ids, i) * <usize>length, length));
		}
	}
}

export function scan(
	query: usize,
	codes: usize,
	first: i32,
	count: i32,
	length: i32,
	threshold: i32,
	outRows: usize,
	outScores: usize,
): i32 {
	let row = codes + (<usize>first) * (<usize>length);
	let found: usize = 0;
	for (let i = 0; i < count; i++) {
		const score = codeDot(query, row, length);
		row += length;
		if (score < threshold) continue;
		store<i32>(outRows + (found << 2), first + i);
		store<i32>(outScores + (found << 2), score);
		found++;
	}
	return <i32>found;
}

export function quantise(rows: usize, mean: usize, count: i32, length: i32, scale: f32, out: usize): void {
	const factor = f32x4.splat(scale);
	const rounder = f32x4.splat(12582912);
	const highest = f32x4.splat(127);
	const lowest = f32x4.splat(-127);
	for (let i = 0; i < count; i++) {
		for (let j: usize = 0; j < <usize>length; j += 4) {
			const offset = f32x4.sub(v128.load(rows), v128.load(mean + (j << 2)));
			const whole = f32x4.sub(f32x4.add(f32x4.mul(offset, factor), rounder), rounder);
			const code = i32x4.trunc_sat_f32x4_s(f32x4.max(lowest, f32x4.min(highest, whole)));
			const narrow = i16x8.narrow_i32x4_s(code, code);
			v128.store_lane<i32>(out, i8x16.narrow_i16x8_s(narrow, narrow), 0);
			rows += 16;
			out += 4;
		}
	}
}

export function planeDistances(
	projections: usize,
	pairs: usize,
	thresholds: usize,
	count: i32,
	out: usize,
): void {
	for (let i = 0; i < count; i++) {
		const a = load<f32>(projections + ((<usize>load<u16>(pairs)) << 2));
		const b = load<f32>(projections + ((<usize>load<u16>(pairs, 2)) << 2));
		store<f32>(out, a - b - load<f32>(thresholds));
		pairs += 4;
		thresholds += 4;
		out += 4;
	}
}

export function packBits(distances: usize, count: i32, out: usize): void {
	const zero = f32x4.splat(0);
	for (let i = 0; i < count; i += 64) {
		let bits: u64 = 0;
		for (let at: u64 = 0; at < 64; at += 4) {
			bits |= (<u64>i32x4.bitmask(f32x4.gt(v128.load(distances), zero))) << at;
			distances += 16;
		}
		store<u64>(out, bits);
		out += 8;
	}
}

export function checksum(start: usize, byteLength: u32): u32 {
	const prime1 = i32x4.splat(0x9e3779b1);
	const prime2 = i32x4.splat(0x85ebca77);
	let a = i32x4.mul(i32x4(1, 2, 3, 4), prime1);
	let b = i32x4.mul(i32x4(5, 6, 7, 8), prime1);
	let c = i32x4.mul(i32x4(9, 10, 11, 12), prime1);
	let d = i32x4.mul(i32x4(13, 14, 15, 16), prime1);
	const end = start + byteLength;
	for (; start < end; start += 64) {
		a = checksumRound(a, v128.load(start), prime1, prime2);
		b = checksumRound(b, v128.load(start, 16), prime1, prime2);
		c = checksumRound(c, v128.load(start, 32), prime1, prime2);
		d = checksumRound(d, v128.load(start, 48), prime1, prime2);
	}
	const hash = foldLanes(foldLanes(foldLanes(foldLanes(byteLength, a), b), c), d);
	return hash ^ (hash >>> 15);
}

@inline
function checksumRound(lanes: v128, words: v128, prime1: v128, prime2: v128): v128 {
	const sum = i32x4.add(lanes, i32x4.mul(words, prime2));
	return i32x4.mul(v128.or(i32x4.shl(sum, 13), i32x4.shr_u(sum, 19)), prime1);
}

@inline
function foldLanes(hash: u32, lanes: v128): u32 {
	hash = (rotl<u32>(hash, 7) ^ i32x4.extract_lane(lanes, 0)) * 0xc2b2ae3d;
	hash = (rotl<u32>(hash, 7) ^ i32x4.extract_lane(lanes, 1)) * 0xc2b2ae3d;
	hash = (rotl<u32>(hash, 7) ^ i32x4.extract_lane(lanes, 2)) * 0xc2b2ae3d;
	return (rotl<u32>(hash, 7) ^ i32x4.extract_lane(lanes, 3)) * 0xc2b2ae3d;
}
