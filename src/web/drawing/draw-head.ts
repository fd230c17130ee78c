/** The head as a whole: backdrop, bust, skull, hair, ears and cheeks. */
import { BLUSH, fill, INK, PAPER, stroke, tenths } from "./brush.ts";
import {
	between,
	centreOf,
	closedCurveThrough,
	type Point,
	resample,
	shapeOf,
	steady,
	taperBoth,
} from "./ink.ts";
import type { UprightFace } from "./upright-face.ts";

/** Hair is not as even as a cap: how much lower than the curve each point of its outline lies. */
const TUFTS = [5, 0, 1.2, -1.2, 0.8, -0.6, 1, 0, 5] as const;
/** Hairs that don't keep to the outline, seen from where the parting meets it. */
const LOOSE_STRANDS = [
	{ start: { x: -34, y: 1 }, bend: { x: -8, y: -8 }, end: { x: 22, y: -4 } },
	{ start: { x: -4, y: 0 }, bend: { x: 14, y: -1 }, end: { x: 32, y: 10 } },
] as const;
const STRAND_POINTS = 8;
/** Above it there must be room for hair. */
const HIGHEST_CROWN_Y = 30;

export function drawBackdrop(wash: string): string {
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
export function drawBust({ jaw }: UprightFace): string {
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

export function drawHead(face: UprightFace, wash: string): string {
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
	const centre = centreOf([left, right]);
	const height = Math.min((jaw[8]!.y - centre.y) * 0.88, centre.y - HIGHEST_CROWN_Y);
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
	// less hair shows on the side that the head turns to
	const onLeft = width * (1 + Math.min(0, face.turn) * 0.7);
	const onRight = width * (1 - Math.max(0, face.turn) * 0.7);
	const parting = { x: top.x + width * (0.2 + 0.1 * face.turn), y: hairLine - 6 };
	const outside = crown.map(({ x, y }, i) => {
		const lift = Math.sin((Math.PI * i) / (crown.length - 1)) ** 0.6;
		return { x: x + (x - top.x) * (0.03 + 0.09 * lift), y: y - 13 * lift + TUFTS[i]! };
	});
	const over = { ...resample(outside, 21)[13]!, y: parting.y - (parting.y - top.y) * 0.75 - 12 };
	const fringe = [
		parting,
		{ x: top.x - width * 0.04, y: hairLine + 2 },
		{ x: left.x + onLeft * 0.2, y: hairLine + 10 },
		{ x: left.x + onLeft * 0.065, y: left.y - (left.y - hairLine) * 0.5 },
		{ x: left.x + onLeft * 0.045, y: left.y - 6 },
		{ x: left.x + 1.5, y: left.y + 9 },
	];
	const side = [
		parting,
		{ x: right.x - onRight * 0.14, y: hairLine + 8 },
		{ x: right.x - onRight * 0.06, y: right.y - (right.y - hairLine) * 0.5 },
		{ x: right.x - onRight * 0.04, y: right.y - 6 },
		{ x: right.x - 1.5, y: right.y + 9 },
	];
	const overLeft = [over, ...outside.slice(0, 5).reverse()];
	const overRight = [over, ...outside.slice(7)];
	const outline = shapeOf(outside, [...side].reverse(), fringe);
	return [
		fill(outline, wash, 0.9),
		fill(outline, INK, 0.3),
		stroke(combedLine(overLeft, fringe, 0.2, 1, 6), 1.5, taperBoth, 0.7),
		stroke(combedLine(overLeft, fringe, 0.42, 0, 5), 1.8, taperBoth, 0.8),
		stroke(combedLine(overLeft, fringe, 0.6, 2, 7), 1.3, taperBoth, 0.7),
		stroke(combedLine(overLeft, fringe, 0.8, 0, 5), 1.6, taperBoth, 0.8),
		stroke(combedLine(overRight, side, 0.3, 1, 6), 1.4, taperBoth, 0.7),
		stroke(combedLine(overRight, side, 0.65, 0, 5), 1.6, taperBoth, 0.8),
		stroke(outside, 2.8, steady),
		...LOOSE_STRANDS.map(({ start, bend, end }) => {
			const [from, through, to] = [start, bend, end].map((at) => ({ x: over.x + at.x, y: over.y + at.y }));
			return stroke([from!, through!, to!], 1.6, taperBoth);
		}),
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
	const inside = resample(inner, STRAND_POINTS);
	return resample(outer, STRAND_POINTS)
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
	const radius = Math.min(14, Math.abs(centre.x - jawPoint.x) * 0.8);
	return `<ellipse cx="${tenths(centre.x)}" cy="${tenths(centre.y + 3)}" rx="${tenths(radius)}" ry="${tenths(radius * 0.7)}" fill="${BLUSH}" opacity=".22"/>`;
}
