import { describe, expect, it } from "vitest";
import { caricature } from "../../../src/web/drawing/caricature.ts";

const NUM_LANDMARKS = 68;

/** How far each point moves from a place, by the side it is on: the average face lies where nothing moves. */
function shiftsOf(x: number, y: number, turn: number) {
	const points = Array.from({ length: NUM_LANDMARKS }, () => ({ x, y }));
	return caricature(points, turn).map((point) => ({ x: point.x - x, y: point.y - y }));
}

/** Finds where along a line across the frame the chin (landmark 8) stays as it is. */
function chinOfAverage(turn: number): { x: number; y: number } {
	let chin = { x: 120, y: 230 };
	for (let step = 0; step < 80; step++) {
		const shift = shiftsOf(chin.x, chin.y, turn)[8]!;
		chin = { x: chin.x - shift.x, y: chin.y - shift.y };
	}
	return chin;
}

describe("caricature", () => {
	it("leaves the average face as it is, and moves small differences further out in their own direction", () => {
		const chin = chinOfAverage(0);
		expect(shiftsOf(chin.x, chin.y, 0)[8]!.x).toBeCloseTo(0);
		const lower = shiftsOf(chin.x, chin.y + 4, 0)[8]!;
		expect(lower.x).toBeCloseTo(0);
		expect(lower.y).toBeGreaterThan(2);
		expect(lower.y).toBeLessThan(4);
	});

	it("leaves large differences alone", () => {
		const chin = chinOfAverage(0);
		expect(Math.abs(shiftsOf(chin.x, chin.y + 40, 0)[8]!.y)).toBeLessThan(0.1);
	});

	it("compares a turned head with an average head that is turned as much", () => {
		const left = chinOfAverage(-0.6);
		const right = chinOfAverage(0.6);
		expect(right.x - left.x).toBeGreaterThan(5);
	});
});
