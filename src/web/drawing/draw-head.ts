/**
 * The head as one line from ear to ear, on two strokes for the neck. Above the brows the paper stays empty, since no
 * landmark lies there; a cut-out of coloured paper behind holds the head together.
 */
import { fill, LINE_WIDTH, stroke } from "./brush.ts";
import { between, closedCurveThrough, type Point, steady, taperEnd } from "./ink.ts";
import { FRAME, type UprightFace } from "./upright-face.ts";

/** Abstract on purpose: a shape that followed the head would be hair or skin. In units of the frame. */
const CUT_OUTS: readonly (readonly Point[])[] = [
	// a pebble
	[
		{ x: 20, y: 120 },
		{ x: 58, y: 40 },
		{ x: 140, y: 10 },
		{ x: 214, y: 50 },
		{ x: 234, y: 132 },
		{ x: 206, y: 206 },
		{ x: 120, y: 214 },
		{ x: 44, y: 194 },
	],
	// a sun that rises behind a shoulder
	[
		{ x: 154, y: 6 },
		{ x: 223.3, y: 34.7 },
		{ x: 252, y: 104 },
		{ x: 223.3, y: 173.3 },
		{ x: 154, y: 202 },
		{ x: 84.7, y: 173.3 },
		{ x: 56, y: 104 },
		{ x: 84.7, y: 34.7 },
	],
	// a leaf
	[
		{ x: 18, y: 176 },
		{ x: 46, y: 72 },
		{ x: 126, y: 20 },
		{ x: 208, y: 30 },
		{ x: 222, y: 112 },
		{ x: 180, y: 186 },
		{ x: 92, y: 226 },
	],
	// a cloud
	[
		{ x: 26, y: 116 },
		{ x: 62, y: 54 },
		{ x: 114, y: 44 },
		{ x: 168, y: 20 },
		{ x: 216, y: 64 },
		{ x: 206, y: 124 },
		{ x: 222, y: 196 },
		{ x: 148, y: 222 },
		{ x: 66, y: 188 },
	],
];
/** How many cut-outs there are: mirrored ones count. */
export const NUM_CUT_OUTS = CUT_OUTS.length * 2;

/** @param choice below NUM_CUT_OUTS */
export function drawCutOut(choice: number, colour: string): string {
	const shape = CUT_OUTS[choice >> 1]!;
	const isMirrored = choice % 2 === 1;
	return fill(
		closedCurveThrough(shape.map(({ x, y }) => ({ x: isMirrored ? FRAME.width - x : x, y }))),
		colour,
		0.55,
	);
}

/** The farther the head turns towards a side, the less of that side's ear shows. */
export function drawOutline({ jaw, turn }: UprightFace): string {
	const chin = jaw[8]!;
	const line = [...earOf(jaw, -1, turn), ...jaw, ...earOf(jaw, 1, turn).reverse()];
	const dimple = [
		{ x: chin.x - 6, y: chin.y - 9 },
		{ x: chin.x, y: chin.y - 7.4 },
		{ x: chin.x + 6, y: chin.y - 9 },
	];
	return [
		stroke(line, LINE_WIDTH, steady),
		stroke(neckOf(jaw, -1), LINE_WIDTH, taperEnd),
		stroke(neckOf(jaw, 1), LINE_WIDTH, taperEnd),
		stroke(dimple, 1.6, steady),
	].join("");
}

/** From the jaw down, over the shoulder and out of the frame. */
function neckOf(jaw: readonly Point[], side: -1 | 1): Point[] {
	const angle = between(jaw[side < 0 ? 4 : 12]!, jaw[side < 0 ? 5 : 11]!, 0.85);
	const base = Math.max(jaw[8]!.y + 20, 246);
	const x = angle.x + side * 0.5;
	return [
		{ x, y: angle.y + 1 },
		{ x: x, y: (base + angle.y) / 2 + 6 },
		{ x: x + side * 8, y: base },
		{ x: x + side * 38, y: base + 14 },
		{ x: x + side * 70, y: base + 38 },
	];
}

/** From the lobe round the rim to the temple; where the ear is hidden, from above the eye. */
function earOf(jaw: readonly Point[], side: -1 | 1, turn: number): Point[] {
	const showing = 1 - Math.max(0, side * turn) * 1.4;
	const at = jaw[side < 0 ? 0 : 16]!;
	if (showing < 0.4) {
		return [
			{ x: at.x - side * 4, y: at.y - 30 },
			{ x: at.x + side * 0.5, y: at.y - 14 },
		];
	}
	const lobe = jaw[side < 0 ? 2 : 14]!;
	const height = lobe.y - at.y;
	const reach = side * 10 * showing;
	return [
		{ x: lobe.x + reach * 0.1, y: lobe.y + 3 },
		{ x: lobe.x + reach * 0.65, y: lobe.y - 1 },
		{ x: at.x + reach * 1.15, y: at.y + height * 0.45 },
		{ x: at.x + reach * 1.3, y: at.y + height * 0.02 },
		{ x: at.x + reach * 0.8, y: at.y - 10 },
		{ x: at.x + reach * 0.1, y: at.y - 7 },
	];
}
