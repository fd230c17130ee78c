import { describe, expect, it } from "vitest";
import { toOutInHeightWidth } from "../../src/nets/filter-order.ts";

/** 2 x 1 places, 20 channels in (more than are moved at a time), 3 out. */
const SHAPE = [2, 1, 20, 3] as const;
const bytes = Uint8Array.from({ length: 120 }, (_, i) => (i * 7) % 256);
const quantised = { bytes, scale: 0.1, min: -3 };
const data = Float32Array.from(bytes, (byte) => byte * 0.1 - 3);

describe("toOutInHeightWidth", () => {
	it("puts out channels first and places last", () => {
		const moved = toOutInHeightWidth({ shape: SHAPE, data });
		expect(moved.shape).toEqual([3, 20, 2, 1]);
		for (let out = 0; out < 3; out++) {
			for (let into = 0; into < 20; into++) {
				for (let row = 0; row < 2; row++)
					expect(moved.data[(out * 20 + into) * 2 + row]).toBe(data[(row * 20 + into) * 3 + out]);
			}
		}
	});

	it("makes the same of numbers that are stored in bytes", () => {
		expect(toOutInHeightWidth({ shape: SHAPE, data, quantised })).toEqual(
			toOutInHeightWidth({ shape: SHAPE, data }),
		);
	});

	it("multiplies each out channel by its factor", () => {
		const factors = Float32Array.of(1, -2, 0.5);
		const scaled = toOutInHeightWidth({ shape: SHAPE, data }, factors).data;
		const plain = toOutInHeightWidth({ shape: SHAPE, data }).data;
		expect(scaled).toEqual(plain.map((value, i) => value * factors[Math.floor(i / 40)]!));
	});
});
