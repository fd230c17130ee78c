/** What both implementations of the kernels must do; simd.test.ts and scalar.test.ts run it, scalar being the judge. */
import { describe, expect, it } from "vitest";
import { encodeHalf } from "../../../src/search/kernels/half.ts";
import type { KernelKind } from "../../../src/search/kernels/kernels.ts";
import { Arena } from "../../../src/search/parts/arena.ts";
import { Random } from "../../../src/search/random.ts";

const LENGTHS = [16, 32, 48, 128, 144, 512];
const COUNTS = [0, 1, 3, 15, 16, 17, 33];

/** The same numbers in two arenas: one for the kernels in question, one for the judge. */
class Pair {
	readonly asked: Arena;
	readonly judge = Arena.create("scalar");

	constructor(kind: KernelKind) {
		this.asked = Arena.create(kind);
	}

	/** Bytes at the same place of both. */
	write(values: Float32Array | Uint32Array | Uint16Array | Int16Array | Int8Array | BigUint64Array): number {
		const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
		const pointer = this.asked.allocate(bytes.length);
		this.asked.bytes(pointer, bytes.length).set(bytes);
		expect(this.judge.allocate(bytes.length)).toBe(pointer);
		this.judge.bytes(pointer, bytes.length).set(bytes);
		return pointer;
	}

	/** Calls both, and expects the same answer and the same `byteLength` bytes at `pointer`. */
	expectSame(pointer: number, byteLength: number, call: (kernels: Arena["kernels"]) => unknown): void {
		expect(call(this.asked.kernels)).toBe(call(this.judge.kernels));
		expect(this.asked.bytes(pointer, byteLength)).toEqual(this.judge.bytes(pointer, byteLength));
	}
}

export function describeKernels(kind: KernelKind): void {
	describe(`${kind} kernels`, () => {
		const random = new Random(42);
		const floats = (count: number) => Float32Array.from({ length: count }, () => random.normal());
		const codes = (count: number) => Int8Array.from({ length: count }, () => random.below(255) - 127);
		const steps = (count: number) => Int16Array.from({ length: count }, () => random.below(32767) - 16383);

		it.each(LENGTHS)("multiply float32 rows of %i to the same bits", (length) => {
			for (const count of COUNTS) {
				const pair = new Pair(kind);
				const query = pair.write(floats(length));
				const rows = pair.write(floats(length * 40));
				const ids = pair.write(Uint32Array.from({ length: count }, () => random.below(40)));
				const out = pair.write(new Float32Array(count));
				pair.expectSame(out, count * 4, (kernels) => kernels.dots(query, rows, count, length, out));
				pair.expectSame(out, count * 4, (kernels) => kernels.dotsAt(query, rows, ids, count, length, out));
			}
		});

		it.each(LENGTHS)("compare float16 rows of %i to the same bits", (length) => {
			for (const count of COUNTS) {
				const pair = new Pair(kind);
				const query = pair.write(floats(length));
				const halves = Uint16Array.from(floats(length * 40), encodeHalf);
				// zeros, and numbers too small for all their bits
				halves.set([0, 0x8000, 1, 0x83ff, 0x400]);
				const rows = pair.write(halves);
				const ids = pair.write(Uint32Array.from({ length: count }, () => random.below(40)));
				const out = pair.write(new Float32Array(count));
				pair.expectSame(out, count * 4, (kernels) =>
					kernels.halfCosinesAt(query, rows, ids, count, length, out),
				);
			}
		});

		it("divide by the length of a float16 row", () => {
			const pair = new Pair(kind);
			const query = pair.write(Float32Array.from({ length: 16 }, (_, i) => (i === 2 ? 1 : 0)));
			const rows = pair.write(Uint16Array.from({ length: 16 }, (_, i) => encodeHalf([0, 4, -3][i] ?? 0)));
			const out = pair.write(new Float32Array(1));
			pair.asked.kernels.halfCosinesAt(query, rows, pair.write(new Uint32Array(1)), 1, 16, out);
			expect(pair.asked.float32(out, 1)[0]).toBe(Math.fround(-0.6));
		});

		it("adds products up", () => {
			const pair = new Pair(kind);
			const query = pair.write(Float32Array.from({ length: 16 }, (_, i) => i));
			const rows = pair.write(new Float32Array(32).fill(2));
			const out = pair.write(new Float32Array(2));
			pair.asked.kernels.dots(query, rows, 2, 16, out);
			expect([...pair.asked.float32(out, 2)]).toEqual([240, 240]);
		});

		it.each(LENGTHS)("score int8 rows of %i to the same numbers", (length) => {
			for (const count of COUNTS) {
				const pair = new Pair(kind);
				const query = pair.write(steps(length));
				const rows = pair.write(codes(length * 40));
				const ids = pair.write(Uint32Array.from({ length: count }, () => random.below(40)));
				const out = pair.write(new Uint32Array(count));
				pair.expectSame(out, count * 4, (kernels) => kernels.scoresAt(query, rows, ids, count, length, out));
			}
		});

		it.each(LENGTHS)("choose the same neighbours among int8 rows of %i", (length) => {
			const rowCodes = codes(length * 40);
			// copies of the first, and of one another: ties
			for (const copy of [7, 8, 9]) rowCodes.copyWithin(copy * length, 0, length);
			rowCodes.copyWithin(20 * length, 19 * length, 20 * length);
			for (const count of [1, 2, 9, 34, 40]) {
				for (const [limit, least] of [
					[16, 8],
					[32, 8],
					[3, 8],
				] as const) {
					const pair = new Pair(kind);
					const rows = pair.write(rowCodes);
					const ids = pair.write(Uint32Array.from(random.sample(40, count)));
					const work = pair.write(new Uint32Array(count * 4));
					const out = pair.write(new Uint32Array(40));
					pair.expectSame(out, 160, (kernels) =>
						kernels.chooseDiverse(rows, ids, count, length, limit, least, work, out),
					);
				}
			}
		});

		it("sum the largest scores without overflow", () => {
			const pair = new Pair(kind);
			const query = pair.write(new Int16Array(1024).fill(16383));
			const rows = pair.write(new Int8Array(1024).fill(127));
			const ids = pair.write(new Uint32Array(1));
			const out = pair.write(new Uint32Array(1));
			pair.asked.kernels.scoresAt(query, rows, ids, 1, 1024, out);
			expect(pair.asked.int32(out, 1)[0]).toBe(16383 * 127 * 1024);
		});

		it.each([-(2 ** 31), -100_000, 0, 100_000])("list the rows that score %i or more", (threshold) => {
			const pair = new Pair(kind);
			const query = pair.write(steps(128));
			const rows = pair.write(codes(128 * 50));
			const outRows = pair.write(new Uint32Array(40));
			const outScores = pair.write(new Uint32Array(40));
			const scan = (kernels: Arena["kernels"]) =>
				kernels.scan(query, rows, 7, 40, 128, threshold, outRows, outScores);
			pair.expectSame(outRows, 160, scan);
			pair.expectSame(outScores, 160, scan);
		});

		it.each([1, 5, 12, 64])("find the same %i best rows on the same way through a graph", (width) => {
			const pair = new Pair(kind);
			const numRows = 300;
			const query = pair.write(steps(128));
			const rows = pair.write(codes(128 * numRows));
			const ids = pair.write(random.sample(20, numRows));
			const neighbours = pair.write(
				Uint32Array.from({ length: numRows * 32 }, () =>
					random.below(9) === 0 ? 2 ** 32 - 1 : random.below(numRows),
				),
			);
			const beam = pair.write(Uint32Array.from({ length: 48 + 2 * width }, (_, i) => [0, width, 7][i] ?? 0));
			const lastMet = pair.write(new Uint16Array(numRows));
			const isSame = (call: (kernels: Arena["kernels"]) => unknown) => {
				pair.expectSame(lastMet, numRows * 2, call);
				const found = (arena: Arena) => [arena.uint32(beam, 2), arena.uint32(beam + 192, 2 * width)];
				expect(found(pair.asked)).toEqual(found(pair.judge));
			};
			isSame((kernels) => kernels.offerToBeam(query, rows, ids, 20, 128, beam, lastMet));
			isSame((kernels) => kernels.runBeam(query, rows, 128, neighbours, beam, lastMet));
			const [size] = pair.asked.uint32(beam, 1);
			const scores = [...pair.asked.int32(beam + 192 + width * 4, size)];
			expect(scores).toEqual(scores.toSorted((a, b) => b - a));
			expect(pair.asked.uint32(beam + 192, size).every((row) => row >= 2 ** 31)).toBe(true);
		});

		it("quantise to the nearest code, halves to even, and clip", () => {
			const pair = new Pair(kind);
			const rows = pair.write(
				Float32Array.from([0.5, 1.5, 2.5, -0.5, -1.5, 126.6, 300, -300, 0.49, -0.51, 3, 0, 0, 0, 0, 1e30]),
			);
			const mean = pair.write(new Float32Array(16));
			const out = pair.write(new Int8Array(16));
			pair.asked.kernels.quantise(rows, mean, 1, 16, 1, out);
			expect([...pair.asked.int8(out, 16)]).toEqual([
				0, 2, 2, 0, -2, 127, 127, -127, 0, -1, 3, 0, 0, 0, 0, 127,
			]);
		});

		it.each(LENGTHS)("quantise rows of %i to the same codes", (length) => {
			const pair = new Pair(kind);
			const rows = pair.write(floats(length * 20));
			const mean = pair.write(floats(length));
			const out = pair.write(new Int8Array(length * 20));
			pair.expectSame(out, length * 20, (kernels) => kernels.quantise(rows, mean, 20, length, 31.7, out));
		});

		it("measure hyperplanes and pack their sides to the same bits", () => {
			const pair = new Pair(kind);
			const projections = pair.write(floats(256));
			const pairs = pair.write(Uint16Array.from({ length: 256 }, () => random.below(256)));
			const thresholds = pair.write(floats(128));
			const distances = pair.write(new Float32Array(128));
			const bits = pair.write(new BigUint64Array(2));
			pair.expectSame(distances, 512, (kernels) =>
				kernels.planeDistances(projections, pairs, thresholds, 128, distances),
			);
			pair.expectSame(bits, 16, (kernels) => kernels.packBits(distances, 128, bits));
			const packed = pair.asked.uint32(bits, 4);
			pair.asked.float32(distances, 128).forEach((distance, i) => {
				expect((packed[i >>> 5] >>> (i & 31)) & 1).toBe(distance > 0 ? 1 : 0);
			});
		});

		it.each([0, 64, 128, 6400])("check %i bytes to the same sum", (byteLength) => {
			const pair = new Pair(kind);
			const start = pair.write(Uint32Array.from({ length: byteLength / 4 }, () => random.uint32()));
			pair.expectSame(start, byteLength, (kernels) => kernels.checksum(start, byteLength));
		});
	});
}
