import { describe, expect, it } from "vitest";
import { caricature } from "../../../src/web/drawing/caricature.ts";

const NUM_LANDMARKS = 68;

/** How far each point moves from a place, by the side it is on: the average face lies where nothing moves. */
function shiftsOf(x: number, y: number, turn: number) {
	const points = Array.from({ length: NUM_LANDMARKS }, () => ({ x, y }));
	return caricature(points, turn).map((point) => ({ x: point.x - x, y: point.y - y }));
}

/** Finds where a landmark stays as it is. */
function placeOfAverage(landmark: number, near: { x: number; y: number }, turn: number) {
	let place = near;
	for (let step = 0; step < 80; step++) {
		const shift = shiftsOf(place.x, place.y, turn)[landmark]!;
		place = { x: place.x - shift.x, y: place.y - shift.y };
	}
	return place;
}

function chinOfAverage(turn: number) {
	return placeOfAverage(8, { x: 120, y: 230 }, turn);
}

describe("caricature", () => {
	it("leaves the average face as it is, and more than doubles small differences, in their own direction", () => {
		const chin = chinOfAverage(0);
		expect(shiftsOf(chin.x, chin.y, 0)[8]!.x).toBeCloseTo(0);
		const lower = shiftsOf(chin.x, chin.y + 4, 0)[8]!;
		expect(lower.x).toBeCloseTo(0);
		expect(lower.y).toBeGreaterThan(4);
		expect(lower.y).toBeLessThan(6);
	});

	it("adds less to a mouth, which may just be smiling", () => {
		const corner = placeOfAverage(48, { x: 97, y: 193 }, 0);
		const wider = shiftsOf(corner.x - 4, corner.y, 0)[48]!;
		expect(wider.x).toBeLessThan(-1);
		expect(wider.x).toBeGreaterThan(-3);
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
