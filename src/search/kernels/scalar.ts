/** The kernels in plain TypeScript: the judge of the SIMD ones, hence written to be read, and bit for bit the same. */
import { checksum } from "./checksum.ts";
import { decodeHalf } from "./half.ts";
import type { Kernels } from "./kernels.ts";
import { ScalarBeam } from "./scalar-beam.ts";

const NUM_LANES = 16;
/** Adding and subtracting 1.5 * 2^23 rounds a float32 to a whole number, halves to even. */
const ROUNDER = 12582912;

/** @param buffer what the pointers point into; it may have grown between calls, hence the function */
export function createScalarKernels(buffer: () => SharedArrayBuffer): Kernels {
	const f32 = (start: number, length: number) => new Float32Array(buffer(), start, length);
	const i32 = (start: number, length: number) => new Int32Array(buffer(), start, length);
	const u32 = (start: number, length: number) => new Uint32Array(buffer(), start, length);
	const u16 = (start: number, length: number) => new Uint16Array(buffer(), start, length);
	const i16 = (start: number, length: number) => new Int16Array(buffer(), start, length);
	const i8 = (start: number, length: number) => new Int8Array(buffer(), start, length);

	return {
		kind: "scalar",

		dots(query, rows, count, length, out) {
			const [q, r, o] = [f32(query, length), f32(rows, count * length), f32(out, count)];
			for (let i = 0; i < count; i++) o[i] = dot(q, r, i * length);
		},

		dotsAt(query, rows, ids, count, length, out) {
			const [q, list, o] = [f32(query, length), u32(ids, count), f32(out, count)];
			for (let i = 0; i < count; i++) o[i] = dot(q, f32(rows + list[i] * length * 4, length), 0);
		},

		halfCosinesAt(query, rows, ids, count, length, out) {
			const [q, list, o] = [f32(query, length), u32(ids, count), f32(out, count)];
			for (let i = 0; i < count; i++) {
				const row = Float32Array.from(u16(rows + list[i] * length * 2, length), decodeHalf);
				o[i] = dot(q, row, 0) / Math.fround(Math.sqrt(dot(row, row, 0)));
			}
		},

		scoresAt(query, codes, ids, count, length, out) {
			const [q, list, o] = [i16(query, length), u32(ids, count), i32(out, count)];
			for (let i = 0; i < count; i++) o[i] = codeDot(q, i8(codes + list[i] * length, length), 0);
		},

		scan(query, codes, first, count, length, threshold, outRows, outScores) {
			const [q, c] = [i16(query, length), i8(codes + first * length, count * length)];
			const [rows, scores] = [u32(outRows, count), i32(outScores, count)];
			let found = 0;
			for (let i = 0; i < count; i++) {
				const score = codeDot(q, c, i * length);
				if (score < threshold) continue;
				rows[found] = first + i;
				scores[found++] = score;
			}
			return found;
		},

		offerToBeam(query, codes, ids, count, length, beam, lastMet) {
			const search = new ScalarBeam(buffer(), beam, lastMet);
			const q = i16(query, length);
			for (const row of u32(ids, count)) search.offer(row, codeDot(q, i8(codes + row * length, length), 0));
		},

		runBeam(query, codes, length, neighbours, beam, lastMet) {
			const q = i16(query, length);
			const search = new ScalarBeam(buffer(), beam, lastMet);
			return search.run(new Uint32Array(buffer(), neighbours), (row) =>
				codeDot(q, i8(codes + row * length, length), 0),
			);
		},

		chooseDiverse(codes, ids, count, length, limit, least, _work, out) {
			const list = u32(ids, count);
			const row = (i: number) => i8(codes + list[i] * length, length);
			const distance = (i: number, j: number) =>
				codeDot(row(i), row(i), 0) + codeDot(row(j), row(j), 0) - 2 * codeDot(row(i), row(j), 0);
			const toFirst = Int32Array.from({ length: count }, (_, i) => distance(0, i));
			const order = Array.from({ length: Math.max(0, count - 1) }, (_, i) => i + 1);
			order.sort((i, j) => toFirst[i] - toFirst[j] || list[i] - list[j]);
			const chosen: number[] = [];
			const others: number[] = [];
			for (const i of order) {
				if (chosen.length === limit) break;
				// a tie counts as diverse: beside a copy of the first every row ties, and all but the copy would be lost
				const isDiverse = chosen.every((j) => toFirst[i] <= distance(i, j));
				(isDiverse ? chosen : others).push(i);
			}
			chosen.push(...others.slice(0, Math.max(0, least - chosen.length)));
			u32(out, chosen.length).set(chosen.map((i) => list[i]));
			return chosen.length;
		},

		quantise(rows, mean, count, length, scale, out) {
			const [r, m, o] = [f32(rows, count * length), f32(mean, length), i8(out, count * length)];
			const factor = Math.fround(scale);
			for (let i = 0; i < r.length; i++) {
				const exact = Math.fround(Math.fround(r[i] - m[i % length]) * factor);
				const whole = Math.fround(Math.fround(exact + ROUNDER) - ROUNDER);
				o[i] = Math.max(-127, Math.min(127, whole));
			}
		},

		planeDistances(projections, pairs, thresholds, count, out) {
			const [ends, t, o] = [u16(pairs, count * 2), f32(thresholds, count), f32(out, count)];
			const p = f32(projections, 65536 > count ? maxOf(ends) + 1 : 65536);
			for (let i = 0; i < count; i++) {
				o[i] = Math.fround(Math.fround(p[ends[2 * i]] - p[ends[2 * i + 1]]) - t[i]);
			}
		},

		packBits(distances, count, out) {
			const [d, o] = [f32(distances, count), u32(out, count / 32)];
			o.fill(0);
			for (let i = 0; i < count; i++) if (d[i] > 0) o[i >>> 5] |= 1 << (i & 31);
		},

		checksum: (start, byteLength) => checksum(new Uint8Array(buffer(), start, byteLength)),
	};
}

/** Sixteen partial sums in the order in which four vectors of four lanes would hold and add them. */
function dot(query: Float32Array, rows: Float32Array, start: number): number {
	const sums = new Float32Array(NUM_LANES);
	for (let i = 0; i < query.length; i += NUM_LANES) {
		for (let lane = 0; lane < NUM_LANES; lane++) {
			sums[lane] += Math.fround(query[i + lane] * rows[start + i + lane]);
		}
	}
	for (const half of [8, 4, 2, 1]) for (let lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
	return sums[0];
}

function codeDot(query: Int16Array | Int8Array, codes: Int8Array, start: number): number {
	let sum = 0;
	for (let i = 0; i < query.length; i++) sum += query[i] * codes[start + i];
	return sum;
}

function maxOf(values: Uint16Array): number {
	let max = 0;
	for (const value of values) if (value > max) max = value;
	return max;
}
