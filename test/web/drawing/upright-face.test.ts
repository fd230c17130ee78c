import { describe, expect, it } from "vitest";
import type { Landmarks } from "../../../src/faces/face-engine.ts";
import { centreOf } from "../../../src/web/drawing/ink.ts";
import { FRAME, standUpright, type UprightFace } from "../../../src/web/drawing/upright-face.ts";
import { sampleLandmarks } from "../sample-landmarks.ts";

function moved(landmarks: Landmarks, degrees: number, scale: number, dx: number, dy: number): Landmarks {
	const cos = Math.cos((degrees * Math.PI) / 180) * scale;
	const sin = Math.sin((degrees * Math.PI) / 180) * scale;
	return landmarks.map((_, i) => {
		const [x, y] = [landmarks[i - (i % 2)]!, landmarks[i - (i % 2) + 1]!];
		return i % 2 === 0 ? x * cos - y * sin + dx : x * sin + y * cos + dy;
	});
}

/** The face in a mirror: points move to the other side, and left and right swap their numbers. */
function mirrored(landmarks: Landmarks): Landmarks {
	const partner = (i: number) => {
		if (i <= 16) return 16 - i;
		if (i <= 26) return 43 - i;
		if (i <= 30) return i;
		if (i <= 35) return 66 - i;
		if (i <= 47) return [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40][i - 36]!;
		if (i <= 54) return 102 - i;
		if (i <= 59) return 114 - i;
		return i <= 64 ? 124 - i : 132 - i;
	};
	return landmarks.map((_, i) => {
		const value = landmarks[partner(i >> 1) * 2 + (i % 2)]!;
		return i % 2 === 0 ? 1000 - value : value;
	});
}

const pointsOf = (face: UprightFace) => [
	...face.jaw,
	...face.leftBrow,
	...face.rightBrow,
	...face.leftEye,
	...face.rightEye,
	...face.noseBase,
	...face.outerLips,
];

describe("standing a face upright", () => {
	it("levels the eyes and keeps the face inside the frame", () => {
		for (const number of [0, 1, 2, 3]) {
			const face = standUpright(moved(sampleLandmarks(number), 25, 1, 0, 0))!;
			// caricature comes after levelling, and may lift an eye by a little
			expect(Math.abs(centreOf(face.leftEye).y - centreOf(face.rightEye).y)).toBeLessThan(4);
			for (const { x, y } of pointsOf(face)) {
				expect(x).toBeGreaterThan(20);
				expect(x).toBeLessThan(FRAME.width - 20);
				expect(y).toBeGreaterThan(60);
				expect(y).toBeLessThan(FRAME.height - 20);
			}
		}
	});

	it("gives the same face wherever, however large and however rolled it was", () => {
		const face = pointsOf(standUpright(sampleLandmarks(0))!);
		const other = pointsOf(standUpright(moved(sampleLandmarks(0), -40, 3.5, 700, -20))!);
		for (const [i, point] of face.entries()) {
			expect(other[i]!.x).toBeCloseTo(point.x, 1);
			expect(other[i]!.y).toBeCloseTo(point.y, 1);
		}
	});

	it("tells to which side a head is turned", () => {
		const turn = standUpright(sampleLandmarks(0))!.turn;
		expect(Math.abs(turn)).toBeGreaterThan(0.1);
		expect(standUpright(mirrored(sampleLandmarks(0)))!.turn).toBeCloseTo(-turn, 1);
	});

	it("gives nothing for landmarks that make no head", () => {
		expect(standUpright(new Float32Array(136))).toBeUndefined();
		const chinUp = sampleLandmarks(0).map((value, i) => (i % 2 === 1 && i < 34 ? -value : value));
		expect(standUpright(chinUp)).toBeUndefined();
	});

	it("refuses anything but 68 finite points", () => {
		expect(() => standUpright(new Float32Array(134))).toThrow(RangeError);
		expect(() => standUpright(sampleLandmarks(0).fill(Number.NaN, 5, 6))).toThrow(
			"Expected 136 finite landmark numbers",
		);
	});
});
