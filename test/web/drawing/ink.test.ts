import { describe, expect, it } from "vitest";
import {
	closedCurveThrough,
	inkStroke,
	type Point,
	resample,
	shapeOf,
	taperBoth,
} from "../../../src/web/drawing/ink.ts";

/** The ends of all steps of path data with relative `c` and `l`, in order. */
function stopsOf(path: string): Point[] {
	const [start, ...steps] = path.replace(/z$/, "").split(/(?=[cl])/);
	const [x0, y0] = numbersOf(start!);
	const stops = [{ x: x0!, y: y0! }];
	for (const step of steps) {
		const [dx, dy] = numbersOf(step).slice(-2);
		const last = stops.at(-1)!;
		stops.push({ x: last.x + dx!, y: last.y + dy! });
	}
	return stops;
}

const numbersOf = (text: string) => [...text.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g)].map(Number);

const ZIGZAG = [
	{ x: 10, y: 10 },
	{ x: 20.26, y: 33.333 },
	{ x: 30, y: 9.5 },
	{ x: 47.77, y: 12 },
];

describe("path data", () => {
	it("runs through every point and closes", () => {
		const path = shapeOf(ZIGZAG);
		expect(path).toMatch(/^M10 10c.*z$/);
		for (const [i, stop] of stopsOf(path).entries()) {
			expect(stop.x).toBeCloseTo(Math.round(ZIGZAG[i]!.x * 10) / 10);
			expect(stop.y).toBeCloseTo(Math.round(ZIGZAG[i]!.y * 10) / 10);
		}
	});

	it("comes back to the first point of a closed curve", () => {
		const stops = stopsOf(closedCurveThrough(ZIGZAG));
		expect(stops).toHaveLength(ZIGZAG.length + 1);
		expect(stops.at(-1)!.x).toBeCloseTo(10);
		expect(stops.at(-1)!.y).toBeCloseTo(10);
	});

	it("does not add up its roundings over many steps", () => {
		const points = Array.from({ length: 400 }, (_, i) => ({ x: i * 0.333_33, y: i * 0.066_66 }));
		const last = stopsOf(shapeOf(points)).at(-1)!;
		expect(Math.abs(last.x - 399 * 0.333_33)).toBeLessThanOrEqual(0.051);
		expect(Math.abs(last.y - 399 * 0.066_66)).toBeLessThanOrEqual(0.051);
	});

	it("joins runs that start elsewhere with a straight line", () => {
		const path = shapeOf(ZIGZAG.slice(0, 2), ZIGZAG.slice(2));
		expect(path.match(/l/g)).toHaveLength(1);
		expect(stopsOf(path)).toHaveLength(4);
	});
});

describe("a stroke", () => {
	it("is as wide as asked in the middle and lifted at its ends", () => {
		const line = [0, 10, 20, 30, 40].map((x) => ({ x, y: 50 }));
		const heights = stopsOf(inkStroke(line, 4, taperBoth));
		const widthAt = (x: number) => {
			const ys = heights.filter((stop) => Math.abs(stop.x - x) < 0.05).map(({ y }) => y);
			return Math.max(...ys) - Math.min(...ys);
		};
		expect(widthAt(20)).toBeCloseTo(4);
		expect(widthAt(0)).toBeCloseTo(0);
		expect(widthAt(10)).toBeLessThan(4);
	});
});

describe("resample", () => {
	it("keeps both ends and passes through the points on its way", () => {
		const fine = resample(ZIGZAG, 31);
		expect(fine).toHaveLength(31);
		expect(fine[0]).toEqual(ZIGZAG[0]);
		expect(fine[10]!.x).toBeCloseTo(ZIGZAG[1]!.x);
		expect(fine[30]!.x).toBeCloseTo(ZIGZAG[3]!.x);
	});
});
