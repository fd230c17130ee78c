/**
 * A small ink-and-wash portrait from 68 landmarks: what the page shows of a person of whom it has no picture.
 * Features follow the landmarks; hair, neck and colour are a suggestion, since landmarks say nothing of them.
 */
import type { Landmarks } from "../../faces/face-engine.ts";
import {
	between,
	centreOf,
	closedCurveThrough,
	inkStroke,
	type Point,
	type Pressure,
	resample,
	shapeOf,
	steady,
	taperBoth,
} from "./ink.ts";
import { FRAME, standUpright, type UprightFace } from "./upright-face.ts";

const INK = "#2d2a32";
const PAPER = "#fbf6ec";
const LIPS = "#c9695c";
const BLUSH = "#e58f7b";
/** One wash per drawing, picked by the face itself, so that a row of portraits looks like a set. */
const WASHES = ["#e9b44c", "#7fb3a8", "#d98873", "#8d9fc9", "#b58db6", "#9bb06a"] as const;

/**
 * The portrait as an `<svg>` element of 240 x 280 units, without ids, scripts or style attributes, so that any
 * number of them can stand in one page under a strict Content-Security-Policy. The same landmarks always
 * give the same drawing.
 * @returns undefined where the landmarks don't make a head
 * @throws RangeError where there are not 68 finite points
 */
export function drawFace(landmarks: Landmarks): string | undefined {
	const face = standUpright(landmarks);
	if (!face) return undefined;
	const wash = WASHES[pickOf(landmarks, WASHES.length)]!;
	return [
		`<svg class="drawing" viewBox="0 0 ${FRAME.width} ${FRAME.height}" aria-hidden="true" focusable="false">`,
		`<rect width="${FRAME.width}" height="${FRAME.height}" fill="${PAPER}"/>`,
		drawBackdrop(wash),
		drawBust(face),
		drawHead(face, wash),
		drawEye(face.leftEye, face.turn),
		drawEye(face.rightEye, face.turn),
		drawBrow(face.leftBrow),
		drawBrow(face.rightBrow),
		drawNose(face),
		drawMouth(face),
		"</svg>",
	].join("");
}

function drawBackdrop(wash: string): string {
	const blob = [
		{ x: 34, y: 92 },
		{ x: 84, y: 30 },
		{ x: 164, y: 24 },
		{ x: 214, y: 84 },
		{ x: 210, y: 168 },
		{ x: 196, y: 236 },
		{ x: 122, y: 252 },
		{ x: 44, y: 230 },
		{ x: 26, y: 160 },
	];
	return fill(closedCurveThrough(blob), wash, 0.38);
}

/** Neck, shoulders and a neckline. */
function drawBust({ jaw }: UprightFace): string {
	const left = jaw[4]!;
	const right = jaw[12]!;
	const chin = jaw[8]!;
	const neckLeft = between(left, right, 0.1).x;
	const neckRight = between(left, right, 0.9).x;
	const base = Math.max(chin.y + 22, 244);
	const leftLine = [
		{ x: neckLeft, y: left.y - 4 },
		{ x: neckLeft + 1, y: chin.y + 4 },
		{ x: neckLeft - 8, y: base },
		{ x: neckLeft - 36, y: base + 14 },
		{ x: neckLeft - 62, y: 284 },
	];
	const rightLine = [
		{ x: neckRight, y: right.y - 4 },
		{ x: neckRight - 1, y: chin.y + 4 },
		{ x: neckRight + 8, y: base },
		{ x: neckRight + 36, y: base + 14 },
		{ x: neckRight + 62, y: 284 },
	];
	const neckline = [
		{ x: neckLeft - 10, y: base + 3 },
		{ x: neckLeft + 6, y: base + 20 },
		{ x: (neckLeft + neckRight) / 2, y: base + 27 },
		{ x: neckRight - 6, y: base + 20 },
		{ x: neckRight + 10, y: base + 3 },
	];
	const shadow = [jaw[5]!, jaw[6]!, jaw[7]!, chin, jaw[9]!, jaw[10]!, jaw[11]!];
	const below = [
		{ x: neckRight - 1, y: chin.y + 6 },
		{ x: (neckLeft + neckRight) / 2, y: chin.y + 15 },
		{ x: neckLeft + 1, y: chin.y + 6 },
	];
	return (
		fill(shapeOf(leftLine, [...rightLine].reverse()), PAPER, 0.9) +
		fill(shapeOf(shadow, below), INK, 0.13) +
		stroke(leftLine, 2.2, taperBoth) +
		stroke(rightLine, 2.2, taperBoth) +
		stroke(neckline, 1.8, taperBoth)
	);
}

function drawHead(face: UprightFace, wash: string): string {
	const { jaw } = face;
	const crown = crownOf(jaw);
	const chin = jaw[8]!;
	return [
		drawEar(jaw, -1, face.turn),
		drawEar(jaw, 1, face.turn),
		fill(shapeOf(jaw, [...crown].reverse()), PAPER, 1),
		drawCheek(jaw[3]!, face.leftEye, face.outerLips[0]!),
		drawCheek(jaw[13]!, face.rightEye, face.outerLips[6]!),
		drawHair(face, crown, wash),
		stroke(jaw, 3, steady),
		// a second, lighter pass beside the first, as a searching hand leaves it
		stroke(
			jaw.slice(2, 9).map(({ x, y }) => ({ x: x - 1.8, y: y + 1.4 })),
			1.1,
			taperBoth,
			0.45,
		),
		stroke(
			[
				{ x: chin.x - 6, y: chin.y - 9 },
				{ x: chin.x, y: chin.y - 7.6 },
				{ x: chin.x + 6, y: chin.y - 9 },
			],
			1.2,
			taperBoth,
			0.5,
		),
	].join("");
}

/** The skull above the ears, from the left to the right: eyes lie half-way down a head. */
function crownOf(jaw: readonly Point[]): Point[] {
	const left = jaw[0]!;
	const right = jaw[16]!;
	const height = (jaw[8]!.y - (left.y + right.y) / 2) * 0.88;
	const centre = centreOf([left, right]);
	const half = (right.x - left.x) / 2;
	return Array.from({ length: 9 }, (_, i) => {
		const angle = Math.PI * (1 - i / 8);
		const slant = ((right.y - left.y) / 2) * Math.cos(angle);
		return {
			x: centre.x + half * Math.cos(angle) * (1 + 0.05 * Math.sin(2 * angle) ** 2),
			y: centre.y + slant - height * Math.sin(angle) ** 0.85,
		};
	});
}

/** A loose, parted sweep of hair: a wash and the lines along which it is combed. */
function drawHair(face: UprightFace, crown: readonly Point[], wash: string): string {
	const left = crown[0]!;
	const right = crown.at(-1)!;
	const top = crown[crown.length >> 1]!;
	const width = right.x - left.x;
	const browLine = Math.min(face.leftBrow[2]!.y, face.rightBrow[2]!.y);
	const hairLine = browLine - (browLine - top.y) * 0.58;
	const parting = { x: top.x + width * (0.2 + 0.1 * face.turn), y: hairLine - 6 };
	const outside = crown.map(({ x, y }, i) => {
		const lift = Math.sin((Math.PI * i) / (crown.length - 1));
		const tuft = i % 2 === 0 ? 2.5 : -1.5;
		return { x: x + (x - top.x) * (0.1 + 0.04 * lift), y: y - 2 - (12 + tuft) * lift };
	});
	const over = { ...resample(outside, 21)[13]!, y: parting.y - (parting.y - top.y) * 0.75 - 12 };
	const fringe = [
		parting,
		{ x: top.x - width * 0.04, y: hairLine + 2 },
		{ x: left.x + width * 0.2, y: hairLine + 10 },
		{ x: left.x + width * 0.06, y: left.y - (left.y - hairLine) * 0.52 },
		{ x: left.x + width * 0.015, y: left.y + 6 },
	];
	const side = [
		parting,
		{ x: right.x - width * 0.13, y: hairLine + 8 },
		{ x: right.x - width * 0.05, y: right.y - (right.y - hairLine) * 0.5 },
		{ x: right.x - width * 0.015, y: right.y + 6 },
	];
	const overLeft = [over, ...outside.slice(0, 5).reverse()];
	const overRight = [over, ...outside.slice(7)];
	const outline = shapeOf(outside, [...side].reverse(), fringe);
	const combed = [
		stroke(combedLine(overLeft, fringe, 0.2, 1, 8), 1.5, taperBoth, 0.7),
		stroke(combedLine(overLeft, fringe, 0.42, 0, 7), 1.8, taperBoth, 0.8),
		stroke(combedLine(overLeft, fringe, 0.6, 2, 9), 1.3, taperBoth, 0.7),
		stroke(combedLine(overLeft, fringe, 0.8, 0, 6), 1.6, taperBoth, 0.8),
		stroke(combedLine(overRight, side, 0.3, 1, 8), 1.4, taperBoth, 0.7),
		stroke(combedLine(overRight, side, 0.65, 0, 7), 1.6, taperBoth, 0.8),
	];
	return [
		fill(outline, wash, 0.9),
		fill(outline, INK, 0.3),
		...combed,
		stroke(outside, 2.8, steady),
		stroke(fringe, 2, taperBoth),
		stroke(side, 2, taperBoth),
	].join("");
}

/** A strand between two edges of the hair that run side by side: a share of the way from one to the other. */
function combedLine(
	outer: readonly Point[],
	inner: readonly Point[],
	share: number,
	first: number,
	last: number,
) {
	const inside = resample(inner, 10);
	return resample(outer, 10)
		.map((point, i) => between(point, inside[i]!, share))
		.slice(first, last + 1);
}

/** The ear of one side; the farther the head turns towards that side, the less shows. */
function drawEar(jaw: readonly Point[], side: -1 | 1, turn: number): string {
	const showing = 1 - Math.max(0, side * turn) * 1.4;
	if (showing < 0.35) return "";
	const at = side < 0 ? jaw[0]! : jaw[16]!;
	const lobe = side < 0 ? jaw[2]! : jaw[14]!;
	const height = (lobe.y - at.y) * 0.95;
	const reach = side * 9 * showing;
	const rim = [
		{ x: at.x, y: at.y - 5 },
		{ x: at.x + reach * 0.8, y: at.y - 9 },
		{ x: at.x + reach * 1.15, y: at.y + height * 0.25 },
		{ x: at.x + reach * 0.75, y: at.y + height * 0.72 },
		{ x: lobe.x, y: at.y + height * 0.92 },
	];
	const fold = [
		{ x: at.x + reach * 0.75, y: at.y - 1 },
		{ x: at.x + reach * 0.45, y: at.y + height * 0.25 },
		{ x: at.x + reach * 0.6, y: at.y + height * 0.45 },
	];
	return fill(shapeOf(rim), PAPER, 1) + stroke(rim, 2.4, steady) + stroke(fold, 1.3, taperBoth, 0.7);
}

function drawCheek(jawPoint: Point, eye: readonly Point[], lipCorner: Point): string {
	const centre = centreOf([jawPoint, centreOf(eye), lipCorner]);
	return `<ellipse cx="${centre.x.toFixed(1)}" cy="${(centre.y + 3).toFixed(1)}" rx="14" ry="10" fill="${BLUSH}" opacity=".22"/>`;
}

function drawBrow(brow: readonly Point[]): string {
	// heaviest a third of the way from the inner end, like a brow
	const weight: Pressure = (t) => 0.18 + 0.82 * Math.sin(Math.PI * t ** 1.5) ** 0.8;
	return stroke(resample(brow, 7), 6, weight);
}

function drawEye(eye: readonly Point[], turn: number): string {
	const open = widen(eye, 1.12, 1.25);
	const [start, , , end] = open as [Point, Point, Point, Point, Point, Point];
	const upper = resample(open.slice(0, 4), 9);
	const lower = resample([start, open[5]!, open[4]!, end], 9);
	const width = end.x - start.x;
	const height = Math.max(...lower.map((p) => p.y)) - Math.min(...upper.map((p) => p.y));
	const centre = centreOf(open);
	const radius = Math.min(width * 0.25, Math.max(height * 0.62, width * 0.17));
	const iris = disc({ x: centre.x + turn * width * 0.1, y: centre.y - height * 0.06 }, radius, upper, lower);
	const pupil = disc(
		{ x: centre.x + turn * width * 0.1, y: centre.y - height * 0.06 },
		radius * 0.55,
		upper,
		lower,
	);
	const crease = upper.slice(1, 8).map(({ x, y }) => ({ x, y: y - height * 0.3 - 1.5 }));
	const bag = lower.slice(2, 7).map(({ x, y }) => ({ x, y: y + height * 0.32 + 1.5 }));
	return [
		fill(shapeOf(upper, [...lower].reverse()), "#fff", 1),
		fill(iris, INK, 0.72),
		fill(pupil, INK, 1),
		`<circle cx="${(centre.x + turn * width * 0.1 + radius * 0.32).toFixed(1)}" cy="${(centre.y - height * 0.2).toFixed(1)}" r="${(radius * 0.24).toFixed(1)}" fill="#fff"/>`,
		stroke(upper, 3.4, (t) => 0.35 + 0.65 * Math.sin(Math.PI * t)),
		stroke(lower, 1.3, taperBoth, 0.75),
		stroke(crease, 1.1, taperBoth, 0.55),
		stroke(bag, 0.9, taperBoth, 0.3),
	].join("");
}

/** A disc as far as the lids leave it free. */
function disc(centre: Point, radius: number, upper: readonly Point[], lower: readonly Point[]): string {
	const outline = Array.from({ length: 16 }, (_, i) => {
		const angle = (i / 16) * 2 * Math.PI;
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

function drawNose({ noseBridge, noseBase, turn }: UprightFace): string {
	const [root, , , tip] = noseBridge as [Point, Point, Point, Point];
	const [leftWing, leftHole, foot, rightHole, rightWing] = noseBase as [Point, Point, Point, Point, Point];
	const side = turn > 0 ? 1 : -1;
	const wing = side < 0 ? leftWing : rightWing;
	const half = (rightWing.x - leftWing.x) / 2;
	const ridge = [
		{ x: root.x + side * half * 0.42, y: root.y - 1 },
		{ x: between(root, tip, 0.5).x + side * half * 0.3, y: between(root, tip, 0.5).y },
		{ x: tip.x + side * half * 0.5, y: tip.y - 4 },
		{ x: wing.x - side * half * 0.1, y: wing.y - half * 0.5 },
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
		stroke(resample(ridge.slice(0, 3), 6), 1.8, taperBoth, 0.6),
		stroke(wingOf(leftWing, -1), 2, taperBoth),
		stroke(wingOf(rightWing, 1), 2, taperBoth),
		stroke(base, 2, taperBoth),
		stroke(nostril(leftHole, -1), 3, taperBoth, 0.85),
		stroke(nostril(rightHole, 1), 3, taperBoth, 0.85),
	].join("");
}

function drawMouth({ outerLips, innerLips }: UprightFace): string {
	const left = outerLips[0]!;
	const right = outerLips[6]!;
	const upperEdge = outerLips.slice(0, 7);
	const lowerEdge = [right, ...outerLips.slice(7), left];
	const upperInner = [left, ...innerLips.slice(1, 4), right];
	const lowerInner = [right, ...innerLips.slice(5, 8), left];
	const gap = centreOf(innerLips.slice(5, 8)).y - centreOf(innerLips.slice(1, 4)).y;
	const isOpen = gap > 3;
	const line = isOpen ? upperInner : upperInner.map((p, i) => between(p, lowerInner[4 - i]!, 0.5));
	const width = right.x - left.x;
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
		stroke(resample(line, 9), 2.8, steady),
		stroke(upperEdge, 1.2, taperBoth, 0.7),
		stroke(lowerEdge.slice(1, 6), 1.5, taperBoth, 0.75),
		stroke(corner(left, -1), 1.6, taperBoth, 0.8),
		stroke(corner(right, 1), 1.6, taperBoth, 0.8),
		width > 0 ? stroke(shade, 1.2, taperBoth, 0.35) : "",
	].join("");
}

function widen(points: readonly Point[], factorX: number, factorY: number): Point[] {
	const centre = centreOf(points);
	return points.map(({ x, y }) => ({
		x: centre.x + (x - centre.x) * factorX,
		y: centre.y + (y - centre.y) * factorY,
	}));
}

function stroke(points: readonly Point[], width: number, pressure: Pressure, opacity = 1): string {
	return fill(inkStroke(points, width, pressure), INK, opacity);
}

function fill(path: string, colour: string, opacity: number): string {
	return `<path d="${path}" fill="${colour}"${opacity === 1 ? "" : ` opacity="${opacity}"`}/>`;
}

/** A number below `count` that the proportions of the face decide. */
function pickOf(landmarks: Landmarks, count: number): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < landmarks.length; i += 3) {
		hash = Math.imul(hash ^ Math.round(landmarks[i]! * 8), 0x01000193) >>> 0;
	}
	return hash % count;
}
