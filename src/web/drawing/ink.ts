/**
 * Pen and brush: smooth curves through points and strokes that swell and taper like ink, as SVG path data.
 * Curves are uniform Catmull-Rom splines (Catmull & Rom, 1974) written as cubic Béziers.
 */

export interface Point {
	readonly x: number;
	readonly y: number;
}

/** Where along a stroke the pen presses how hard: 0 to 1 of the full width, for `t` from 0 to 1. */
export type Pressure = (t: number) => number;

/** Thin at both ends, full in the middle. */
export const taperBoth: Pressure = (t) => Math.sin(Math.PI * t) ** 0.7;
/** Pressed down at the start and lifted at the end. */
export const taperEnd: Pressure = (t) => 0.85 * (1 - t) ** 0.6 + 0.1;
/** Never quite lifted: an outline that starts and ends softly. */
export const steady: Pressure = (t) => 0.45 + 0.55 * Math.sin(Math.PI * t) ** 0.5;

/** Path data of a smooth curve through the points and back to the first. */
export function closedCurveThrough(points: readonly Point[]): string {
	const path = new PathData(points[0]!);
	for (let i = 0; i < points.length; i++) path.curve(...neighbours(points, i, true));
	return path.closed();
}

/**
 * Path data of a closed shape bounded by curves that meet in corners: each run is smooth in itself,
 * and a straight line leads from its end to where the next begins.
 */
export function shapeOf(...runs: readonly (readonly Point[])[]): string {
	const path = new PathData(runs[0]![0]!);
	for (const run of runs) {
		path.line(run[0]!);
		for (let i = 0; i < run.length - 1; i++) path.curve(...neighbours(run, i, false));
	}
	return path.closed();
}

/** Path data of a filled stroke along the points: `width` at full pressure. */
export function inkStroke(points: readonly Point[], width: number, pressure: Pressure): string {
	const last = points.length - 1;
	const left: Point[] = [];
	const right: Point[] = [];
	for (const [i, point] of points.entries()) {
		const before = points[Math.max(0, i - 1)]!;
		const after = points[Math.min(last, i + 1)]!;
		const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
		const half = (width / 2) * pressure(i / last);
		const nx = (-(after.y - before.y) / length) * half;
		const ny = ((after.x - before.x) / length) * half;
		left.push({ x: point.x + nx, y: point.y + ny });
		right.unshift({ x: point.x - nx, y: point.y - ny });
	}
	return shapeOf(left, right);
}

/** `count` points spread evenly (by parameter) over the smooth curve through the points. */
export function resample(points: readonly Point[], count: number): Point[] {
	const last = points.length - 1;
	return Array.from({ length: count }, (_, i) => {
		const at = (i / (count - 1)) * last;
		const start = Math.min(last - 1, Math.floor(at));
		return splineAt(points, start, at - start);
	});
}

/** The point a share `t` of the way from one to the other. */
export function between(from: Point, to: Point, t: number): Point {
	return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
}

/** The mean of the points. */
export function centreOf(points: readonly Point[]): Point {
	const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }));
	return { x: sum.x / points.length, y: sum.y / points.length };
}

function splineAt(points: readonly Point[], start: number, t: number): Point {
	const [p0, p1, p2, p3] = neighbours(points, start, false);
	const along = (a: number, b: number, c: number, d: number) =>
		0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3);
	return { x: along(p0.x, p1.x, p2.x, p3.x), y: along(p0.y, p1.y, p2.y, p3.y) };
}

function neighbours(points: readonly Point[], i: number, isClosed: boolean): [Point, Point, Point, Point] {
	const n = points.length;
	const at = (j: number) => points[isClosed ? (j + n) % n : Math.min(n - 1, Math.max(0, j))]!;
	return [at(i - 1), at(i), at(i + 1), at(i + 2)];
}

/**
 * Writes path data in steps from point to point, in whole tenths of a unit: finer than a screen shows, and
 * less than half as long as absolute coordinates. Every step starts where the last was rounded to, so that
 * the roundings don't add up.
 */
class PathData {
	#data: string;
	#x: number;
	#y: number;

	constructor(start: Point) {
		this.#x = Math.round(start.x * 10);
		this.#y = Math.round(start.y * 10);
		this.#data = `M${this.#x / 10} ${this.#y / 10}`;
	}

	line(to: Point): void {
		const step = this.#steps([to]);
		if (step !== "0 0") this.#data += `l${step}`;
	}

	/** The Bézier form of the Catmull-Rom segment from `p1` to `p2`. */
	curve(p0: Point, p1: Point, p2: Point, p3: Point): void {
		this.#data += `c${this.#steps([
			{ x: p1.x + (p2.x - p0.x) / 6, y: p1.y + (p2.y - p0.y) / 6 },
			{ x: p2.x - (p3.x - p1.x) / 6, y: p2.y - (p3.y - p1.y) / 6 },
			p2,
		])}`;
	}

	closed(): string {
		return `${this.#data}z`;
	}

	#steps(points: readonly Point[]): string {
		const startX = this.#x;
		const startY = this.#y;
		let text = "";
		for (const { x, y } of points) {
			this.#x = Math.round(x * 10);
			this.#y = Math.round(y * 10);
			for (const tenths of [this.#x - startX, this.#y - startY]) {
				// "-" separates by itself
				text += text === "" || tenths < 0 ? writeTenths(tenths) : ` ${writeTenths(tenths)}`;
			}
		}
		return text;
	}
}

/** Tenths as a decimal number without a leading zero: -7 is "-.7". */
function writeTenths(tenths: number): string {
	const size = Math.abs(tenths);
	const whole = Math.floor(size / 10);
	const rest = size % 10;
	const sign = tenths < 0 ? "-" : "";
	if (rest === 0) return `${sign}${whole}`;
	return `${sign}${whole === 0 ? "" : whole}.${rest}`;
}
