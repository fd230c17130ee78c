/** What makes a face somebody's: brows, eyes, nose and mouth. */
import { fill, INK, LIPS, stroke, tenths } from "./brush.ts";
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

export function drawBrow(brow: readonly Point[]): string {
	// heaviest a third of the way from the inner end, like a brow
	const weight: Pressure = (t) => 0.18 + 0.82 * Math.sin(Math.PI * t ** 1.5) ** 0.8;
	return stroke(brow, 6, weight);
}

export function drawEye(eye: readonly Point[], turn: number): string {
	const open = widen(eye, 1.12, 1.25);
	const [start, , , end] = open as [Point, Point, Point, Point, Point, Point];
	const upper = resample(open.slice(0, 4), 7);
	const lower = resample([start, open[5]!, open[4]!, end], 7);
	const width = end.x - start.x;
	const height = Math.max(...lower.map((p) => p.y)) - Math.min(...upper.map((p) => p.y));
	const centre = centreOf(open);
	const radius = Math.min(width * 0.25, Math.max(height * 0.62, width * 0.17));
	const gaze = { x: centre.x + turn * width * 0.1, y: centre.y - height * 0.06 };
	const iris = disc(gaze, radius, upper, lower);
	const pupil = disc(gaze, radius * 0.55, upper, lower);
	const crease = upper.slice(1, 6).map(({ x, y }) => ({ x, y: y - height * 0.3 - 1.5 }));
	const bag = lower.slice(1, 6).map(({ x, y }) => ({ x, y: y + height * 0.32 + 1.5 }));
	return [
		fill(shapeOf(upper, [...lower].reverse()), "#fff", 1),
		fill(iris, INK, 0.72),
		fill(pupil, INK, 1),
		`<circle cx="${tenths(gaze.x + radius * 0.32)}" cy="${tenths(gaze.y - radius * 0.28)}" r="${tenths(radius * 0.24)}" fill="#fff"/>`,
		stroke(upper, 3.4, (t) => 0.35 + 0.65 * Math.sin(Math.PI * t)),
		stroke(lower, 1.3, taperBoth, 0.75),
		stroke(crease, 1.1, taperBoth, 0.55),
		stroke(bag, 0.9, taperBoth, 0.3),
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

export function drawNose({ noseBridge, noseBase, turn }: UprightFace): string {
	const [root, , , tip] = noseBridge as [Point, Point, Point, Point];
	const [leftWing, leftHole, foot, rightHole, rightWing] = noseBase as [Point, Point, Point, Point, Point];
	const side = turn > 0 ? 1 : -1;
	const half = (rightWing.x - leftWing.x) / 2;
	const ridge = [
		{ x: root.x + side * half * 0.42, y: root.y - 1 },
		{ x: between(root, tip, 0.5).x + side * half * 0.3, y: between(root, tip, 0.5).y },
		{ x: tip.x + side * half * 0.5, y: tip.y - 4 },
	];
	const wingOf = (at: Point, out: number) => [
		{ x: at.x - out * half * 0.02, y: at.y - half * 0.75 },
		{ x: at.x + out * half * 0.2, y: at.y - half * 0.25 },
		{ x: at.x + out * half * 0.05, y: at.y + 1 },
		{ x: at.x - out * half * 0.28, y: at.y + 0.5 },
	];
	const base = [
		between(leftWing, leftHole, 0.6),
		leftHole,
		{ x: foot.x, y: foot.y + 1.2 },
		rightHole,
		between(rightWing, rightHole, 0.6),
	];
	const nostril = (at: Point, out: number) => [
		{ x: at.x + out * half * 0.3, y: at.y - 1.5 },
		{ x: at.x + out * half * 0.05, y: at.y - 2.6 },
		{ x: at.x - out * half * 0.18, y: at.y - 0.6 },
	];
	return [
		stroke(ridge, 1.8, taperBoth, 0.6),
		stroke(wingOf(leftWing, -1), 2, taperBoth),
		stroke(wingOf(rightWing, 1), 2, taperBoth),
		stroke(base, 2, taperBoth),
		stroke(nostril(leftHole, -1), 3, taperBoth, 0.85),
		stroke(nostril(rightHole, 1), 3, taperBoth, 0.85),
	].join("");
}

export function drawMouth({ outerLips, innerLips }: UprightFace): string {
	const left = outerLips[0]!;
	const right = outerLips[6]!;
	const upperEdge = outerLips.slice(0, 7);
	const lowerEdge = [right, ...outerLips.slice(7), left];
	const upperInner = [left, ...innerLips.slice(1, 4), right];
	const lowerInner = [right, ...innerLips.slice(5, 8), left];
	const gap = centreOf(innerLips.slice(5, 8)).y - centreOf(innerLips.slice(1, 4)).y;
	const isOpen = gap > 3;
	const line = isOpen ? upperInner : upperInner.map((p, i) => between(p, lowerInner[4 - i]!, 0.5));
	const corner = (at: Point, out: number) => [
		{ x: at.x - out * 1.5, y: at.y - 2.4 },
		{ x: at.x + out * 2.6, y: at.y },
		{ x: at.x + out * 1.8, y: at.y + 3.4 },
	];
	const shade = lowerEdge.slice(2, 5).map(({ x, y }) => ({ x, y: y + 5 }));
	return [
		isOpen ? fill(shapeOf(upperInner, lowerInner), "#fff", 1) : "",
		fill(shapeOf(upperEdge, [...line].reverse()), LIPS, 0.85),
		fill(shapeOf(isOpen ? [...lowerInner].reverse() : line, lowerEdge), LIPS, 0.6),
		isOpen ? stroke([...lowerInner].reverse(), 1.4, taperBoth, 0.8) : "",
		stroke(line, 2.8, steady),
		stroke(upperEdge, 1.2, taperBoth, 0.7),
		stroke(lowerEdge.slice(1, 6), 1.5, taperBoth, 0.75),
		stroke(corner(left, -1), 1.6, taperBoth, 0.8),
		stroke(corner(right, 1), 1.6, taperBoth, 0.8),
		stroke(shade, 1.2, taperBoth, 0.35),
	].join("");
}

function widen(points: readonly Point[], factorX: number, factorY: number): Point[] {
	const centre = centreOf(points);
	return points.map(({ x, y }) => ({
		x: centre.x + (x - centre.x) * factorX,
		y: centre.y + (y - centre.y) * factorY,
	}));
}
