import { describe, expect, it } from "vitest";
import { encodeNpy } from "../../src/cli/npy.ts";

describe("encodeNpy", () => {
	it("writes NumPy's format 1.0, its header a multiple of 64 bytes", () => {
		const bytes = Buffer.from(encodeNpy([Float32Array.of(1, 2.5), Float32Array.of(-3, 0)], 2));
		expect(bytes.subarray(0, 8)).toEqual(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
		const headerBytes = bytes.readUInt16LE(8);
		expect((10 + headerBytes) % 64).toBe(0);
		const header = bytes.subarray(10, 10 + headerBytes).toString("latin1");
		expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 2\), \} *\n$/);
		const numbers = [0, 4, 8, 12].map((at) => bytes.readFloatLE(10 + headerBytes + at));
		expect(numbers).toEqual([1, 2.5, -3, 0]);
	});

	it("writes no rows as an empty matrix", () => {
		expect(Buffer.from(encodeNpy([], 128)).toString("latin1")).toContain("'shape': (0, 128)");
	});

	it("refuses a row of another length", () => {
		expect(() => encodeNpy([new Float32Array(3)], 2)).toThrow("Expected 2 columns but row 0 has 3.");
	});
});
