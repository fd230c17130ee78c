import { describe, expect, it } from "vitest";
import { checkGeometryBytes, encodeGeometries, readGeometry } from "../../../src/gallery/file/photo-codec.ts";

const box = { x: -3.5, y: 20.25, width: 100, height: 120.5 };
const landmarks = Float32Array.from({ length: 136 }, (_, i) => 40 + 97.3 * Math.abs(Math.sin(i)));

describe("the geometry section", () => {
	it("gives back boxes exactly and landmarks to 1/65535 of their extent", () => {
		const bytes = encodeGeometries([
			{ box, landmarks },
			{ box: { ...box, x: 7 }, landmarks: landmarks.map((v) => v * 30) },
		]);
		expect(readGeometry(bytes, 0).box).toEqual(box);
		expect(readGeometry(bytes, 1).box.x).toBe(7);
		const worst = Math.max(
			...readGeometry(bytes, 1).landmarks.map((v, i) => Math.abs(v - (landmarks[i] ?? 0) * 30)),
		);
		expect(worst).toBeLessThan((97.3 * 30) / 65535);
	});

	it("reads from bytes that do not start at a multiple of four", () => {
		const bytes = encodeGeometries([{ box, landmarks }]);
		const shifted = new Uint8Array(bytes.length + 1);
		shifted.set(bytes, 1);
		expect(readGeometry(shifted.subarray(1), 0).box).toEqual(box);
	});

	it("survives landmarks that all lie on one point", () => {
		const point = new Float32Array(136).fill(12);
		expect(readGeometry(encodeGeometries([{ box, landmarks: point }]), 0).landmarks).toEqual(point);
	});

	it("refuses a face without 68 landmarks", () => {
		expect(() => encodeGeometries([{ box, landmarks: new Float32Array(10) }])).toThrow(
			"Expected 136 landmark coordinates but received 10.",
		);
	});

	it("refuses a section that is not as long as its rows", () => {
		const bytes = encodeGeometries([{ box, landmarks }]);
		expect(() => checkGeometryBytes(bytes.subarray(1), 1)).toThrow(
			/Expected 300 bytes of landmarks for 1 photos but received 299/,
		);
	});
});
