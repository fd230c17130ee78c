/** What makes a face somebody's, in as few strokes as it takes: brows, eyes, nose and mouth. */
import { fill, INK, LINE_WIDTH, PAPER, stroke, tenths } from "./brush.ts";
import {
	between,
	centreOf,
	closedCurveThrough,
	type Point,
	type Pressure,
	resample,
	shapeOf,
	steady,
	taperBoth,
} from "./ink.ts";
import type { UprightFace } from "./upright-face.ts";

/**
 * One brow runs into the nose: along the brow, down the ridge, round the tip and into the far wing; the other brow
 * stands by itself. Which does is the side that the head turns to, where the nose's outline is seen.
 */
export function drawBrowsAndNose({ leftBrow, rightBrow, noseBridge, noseBase, turn }: UprightFace): string {
	const side = turn > 0 ? 1 : -1;
	const [near, far] = side < 0 ? [leftBrow, rightBrow] : [rightBrow, leftBrow];
	const wings = side < 0 ? noseBase : [...noseBase].reverse();
	const [nearWing, nearHole, foot, farHole, farWing] = wings as [Point, Point, Point, Point, Point];
	const [root, upper, lower, tip] = noseBridge as [Point, Point, Point, Point];
	const half = Math.abs(farWing.x - nearWing.x) / 2;
	const out = (point: Point, share: number, down = 0) => ({
		x: point.x + side * half * share,
		y: point.y + down,
	});
	const line = [
		...near,
		out(root, 0.62, -2),
		out(between(root, upper, 0.8), 0.42),
		out(lower, 0.34),
		out(tip, 0.62, -7),
		out(nearWing, 0.14, -half * 0.5),
		out(nearWing, 0.06, 1),
		between(nearWing, nearHole, 0.7),
		{ x: foot.x, y: foot.y + 2 },
		between(farWing, farHole, 0.6),
		out(farWing, -0.08, 0),
		out(farWing, -0.22, -half * 0.55),
	];
	// heavy along the brow, light down the ridge, firm again round the tip
	const weight: Pressure = (t) => {
		if (t < 0.32) return 0.25 + 0.95 * Math.sin((Math.PI * t) / 0.34) ** 0.7;
		return 0.38 + 0.42 * Math.sin((Math.PI * (t - 0.32)) / 0.68) ** 1.5;
	};
	return stroke(line, LINE_WIDTH * 1.35, weight) + stroke(far, LINE_WIDTH * 1.5, browWeight);
}

/** Heaviest a third of the way from the inner end, like a brow. */
const browWeight: Pressure = (t) => 0.2 + 0.8 * Math.sin(Math.PI * t ** 1.4) ** 0.7;

/** An almond with a disc in it that looks the way the head does. */
export function drawEye(eye: readonly Point[], turn: number): string {
	const open = widen(eye, 1.14, 1.25);
	const [start, , , end] = open as [Point, Point, Point, Point, Point, Point];
	const upper = resample(open.slice(0, 4), 7);
	const lower = resample([start, open[5]!, open[4]!, end], 7);
	const width = end.x - start.x;
	const height = Math.max(...lower.map((p) => p.y)) - Math.min(...upper.map((p) => p.y));
	const centre = centreOf(open);
	const radius = Math.min(width * 0.25, Math.max(height * 0.58, width * 0.17));
	const gaze = { x: centre.x + turn * width * 0.1, y: centre.y - height * 0.06 };
	const crease = upper.slice(1, 6).map(({ x, y }) => ({ x, y: y - height * 0.32 - 1.5 }));
	return [
		fill(shapeOf(upper, [...lower].reverse()), PAPER, 1),
		fill(disc(gaze, radius, upper, lower), INK, 1),
		`<circle cx="${tenths(gaze.x + radius * 0.34)}" cy="${tenths(gaze.y - radius * 0.3)}" r="${tenths(radius * 0.28)}" fill="${PAPER}"/>`,
		stroke(upper, LINE_WIDTH, (t) => 0.45 + 0.55 * Math.sin(Math.PI * t)),
		stroke(lower, 1.7, taperBoth),
		stroke(crease, 1.3, taperBoth),
	].join("");
}

/** A disc as far as the lids leave it free. */
function disc(centre: Point, radius: number, upper: readonly Point[], lower: readonly Point[]): string {
	const outline = Array.from({ length: 12 }, (_, i) => {
		const angle = (i / 12) * 2 * Math.PI;
		const x = centre.x + radius * Math.cos(angle);
		const y = centre.y + radius * Math.sin(angle);
		return { x, y: Math.min(heightAt(lower, x), Math.max(heightAt(upper, x), y)) };
	});
	return closedCurveThrough(outline);
}

function heightAt(line: readonly Point[], x: number): number {
	for (let i = 1; i < line.length; i++) {
		const from = line[i - 1]!;
		const to = line[i]!;
		if (x <= to.x || i === line.length - 1) return between(from, to, (x - from.x) / (to.x - from.x || 1)).y;
	}
	throw new RangeError("Expected a line of at least two points.");
}

/**
 * The lips as an area of colour and the line where they meet: an upper edge in ink would be a
 * moustache at small sizes.
 */
export function drawMouth({ outerLips, innerLips }: UprightFace, colour: string): string {
	const left = outerLips[0]!;
	const right = outerLips[6]!;
	const upperInner = [left, ...innerLips.slice(1, 4), right];
	const lowerInner = [right, ...innerLips.slice(5, 8), left];
	const gap = centreOf(innerLips.slice(5, 8)).y - centreOf(innerLips.slice(1, 4)).y;
	const isOpen = gap > 3;
	const line = isOpen ? upperInner : upperInner.map((p, i) => between(p, lowerInner[4 - i]!, 0.5));
	const lips = shapeOf(outerLips.slice(0, 7), [right, ...outerLips.slice(7), left]);
	const under = outerLips.slice(7, 12).map(({ x, y }) => ({ x, y: y + 1 }));
	return [
		fill(lips, colour, 1),
		isOpen
			? fill(shapeOf(upperInner, lowerInner), PAPER, 1) + stroke([...lowerInner].reverse(), 1.6, taperBoth)
			: "",
		stroke(
			[{ x: left.x - 3, y: left.y - 1 }, ...line, { x: right.x + 3, y: right.y - 1 }],
			LINE_WIDTH * 0.85,
			steady,
		),
		stroke(under, 2.2, taperBoth),
	].join("");
}

function widen(points: readonly Point[], factorX: number, factorY: number): Point[] {
	const centre = centreOf(points);
	return points.map(({ x, y }) => ({
		x: centre.x + (x - centre.x) * factorX,
		y: centre.y + (y - centre.y) * factorY,
	}));
}
