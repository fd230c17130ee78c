import { describe, expect, it } from "vitest";
import { Arena } from "../../../src/search/parts/arena.ts";

describe("Arena", () => {
	it("gives aligned zeros, and keeps them apart", () => {
		const arena = Arena.create("simd");
		const [a, b] = [arena.allocate(1), arena.allocate(100_000)];
		expect([a % 64, b % 64, b - a]).toEqual([0, 0, 64]);
		arena.bytes(a, 1).fill(1);
		expect(arena.bytes(b, 100_000).every((byte) => byte === 0)).toBe(true);
	});

	it("lends again what was given back, as zeros", () => {
		const arena = Arena.create("simd");
		const first = arena.borrow(1000);
		const lent = arena.byteLength;
		expect(arena.borrow(1000)).not.toBe(first);
		arena.bytes(first, 1000).fill(9);
		arena.giveBack(first, 1000);
		expect(arena.borrow(100)).not.toBe(first);
		const second = arena.borrow(900);
		expect(second).toBe(first);
		expect(arena.bytes(second, 900).every((byte) => byte === 0)).toBe(true);
		expect(arena.byteLength).toBeLessThan(lent + 2048 + 128 + 1);
	});

	it("counts together with another thread's view of the same memory", () => {
		const arena = Arena.create("simd");
		const other = Arena.attach(arena.memory, "scalar");
		const pointers = [arena.allocate(64), other.allocate(64), arena.allocate(64)];
		expect(new Set(pointers).size).toBe(3);
		arena.uint32(pointers[0], 1)[0] = 7;
		expect(other.uint32(pointers[0], 1)[0]).toBe(7);
	});

	it("refuses more than 4 GiB", () => {
		const arena = Arena.create("simd");
		expect(() => arena.allocate(2 ** 32)).toThrow(expect.objectContaining({ code: "INDEX_TOO_LARGE" }));
	});

	it.each(["simd", "scalar"] as const)("lets the %s kernels work beyond 2 GiB", (kind) => {
		const arena = Arena.create(kind);
		// never touched, so it takes no memory
		arena.allocate(2 ** 31 + 64);
		const query = arena.allocate(64);
		const rows = arena.allocate(128);
		const ids = arena.allocate(8);
		const out = arena.allocate(8);
		expect(query).toBeGreaterThan(2 ** 31);
		arena.float32(query, 16).fill(2);
		arena.float32(rows, 32).fill(1, 16);
		arena.uint32(ids, 2).set([1, 0]);
		arena.kernels.dots(query, rows, 2, 16, out);
		expect([...arena.float32(out, 2)]).toEqual([0, 32]);
		arena.kernels.dotsAt(query, rows, ids, 2, 16, out);
		expect([...arena.float32(out, 2)]).toEqual([32, 0]);
		arena.int8(rows, 32).fill(3);
		arena.int16(query, 16).fill(5);
		expect(arena.kernels.scan(query, rows, 0, 2, 16, 1, ids, out)).toBe(2);
		expect([...arena.int32(out, 2)]).toEqual([240, 240]);
		expect(arena.kernels.checksum(rows, 128)).toBeGreaterThanOrEqual(0);
	});
});
