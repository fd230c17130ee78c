import { describe, expect, it } from "vitest";
import { type FaceMeasures, measureFace } from "../../src/faces/measure-face.ts";
import { assessQuality, judgeEmbedding, judgeMeasures } from "../../src/faces/quality.ts";

const GOOD: FaceMeasures = {
	chipSidePx: 120,
	visibleShare: 1,
	sharpness: 0.3,
	brightness: 120,
	turn: 0.1,
	confidence: 0.9,
	mirrorError: 0.02,
};

const MEAN_FIVE: Readonly<Record<number, readonly [number, number]>> = {
	36: [0.12, 0.21],
	39: [0.33, 0.23],
	42: [0.65, 0.23],
	45: [0.86, 0.21],
	33: [0.49, 0.63],
	30: [0.49, 0.5],
};

/** Landmarks of a frontal face whose chip is the square at x, y of the given side. */
function landmarksAt(x: number, y: number, side: number): Float32Array {
	const points = new Float32Array(136);
	for (const [point, [shareX, shareY]] of Object.entries(MEAN_FIVE)) {
		points.set([x + ((shareX + 0.25) / 1.5) * side, y + ((shareY + 0.25) / 1.5) * side], Number(point) * 2);
	}
	return points;
}

/** A checkerboard of squares, two pixels wide, between two greys. */
function checks(size: number, dark: number, light: number) {
	const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
		const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
		return (Math.floor(x / 2) + Math.floor(y / 2)) % 2 === 0 ? dark : light;
	});
	return { width: size, height: size, data };
}

describe("the quality gates", () => {
	it("let a good face pass", () => {
		expect(judgeMeasures(GOOD).issues).toEqual([]);
	});

	it.each([
		["FACE_TOO_SMALL", { chipSidePx: 31 }],
		["FACE_CUT_OFF", { visibleShare: 0.7 }],
		["FACE_BLURRED", { sharpness: 0.03 }],
		["FACE_TOO_DARK", { brightness: 30 }],
		["FACE_TURNED_AWAY", { turn: 0.55 }],
		["FACE_UNCERTAIN", { confidence: 0.4 }],
		["FACE_UNCERTAIN", { mirrorError: 0.1 }],
	])("report %s, with one sentence of advice", (code, worse) => {
		const { issues } = judgeMeasures({ ...GOOD, ...worse });
		expect(issues.map((issue) => issue.code)).toEqual([code]);
		expect(issues[0]!.advice).toMatch(/^[A-Z][^.]+\.$/);
	});

	it.each([
		["chipSidePx", 90, 45],
		["sharpness", 0.2, 0.05],
		["brightness", 110, 50],
		["turn", 0.2, 0.4],
		["confidence", 0.9, 0.6],
	] as const)("lower the clarity by %s, the more the worse, never beyond 1", (name, good, poor) => {
		const clarityAt = (value: number) => judgeMeasures({ ...GOOD, [name]: value }).clarity;
		expect(clarityAt(good)).toBe(1);
		expect(clarityAt(poor)).toBeGreaterThan(0.5);
		expect(clarityAt(poor)).toBeLessThan(0.95);
	});

	it("leave less than half of the clarity where one of them is not passed", () => {
		expect(judgeMeasures({ ...GOOD, turn: 0.46 }).clarity).toBeLessThan(0.5);
		expect(judgeMeasures({ ...GOOD, turn: 2, brightness: 0, sharpness: 0 }).clarity).toBeGreaterThan(0);
	});

	it("report all that is wrong", () => {
		const photo = checks(64, 0, 10);
		const codes = assessQuality(photo, {
			score: 0.3,
			mirrorError: 0.02,
			landmarks: landmarksAt(50, 20, 30),
		}).issues.map(({ code }) => code);
		expect(codes).toEqual(expect.arrayContaining(["FACE_TOO_SMALL", "FACE_CUT_OFF", "FACE_TOO_DARK"]));
	});
});

describe("measureFace", () => {
	it("measures the chip in pixels of the photo, and a frontal face as not turned", () => {
		const measures = measureFace(checks(200, 50, 150), {
			score: 0.9,
			mirrorError: 0.02,
			landmarks: landmarksAt(20, 20, 128),
		});
		// the points above are the mean face's, rounded
		expect(Math.abs(measures.chipSidePx - 128)).toBeLessThan(2);
		expect(measures.turn).toBeLessThan(0.05);
		expect(measures.brightness).toBeGreaterThan(90);
		expect(measures.brightness).toBeLessThan(110);
	});

	it("tells how much of a face is inside the photo", () => {
		const photo = checks(200, 50, 150);
		const visible = (x: number) =>
			measureFace(photo, { score: 0.9, mirrorError: 0.02, landmarks: landmarksAt(x, 20, 128) }).visibleShare;
		expect(visible(30)).toBe(1);
		expect(visible(-64)).toBeGreaterThan(0.4);
		expect(visible(-64)).toBeLessThan(0.6);
		expect(visible(-200)).toBe(0);
	});

	it("finds more detail in a fine pattern than in a coarse one", () => {
		const coarse = checks(200, 50, 150);
		const soft = { ...coarse, data: coarse.data.map((_, i) => 50 + ((i / 3) % 200) / 2) };
		const sharpnessOf = (photo: typeof coarse) =>
			measureFace(photo, { score: 0.9, mirrorError: 0.02, landmarks: landmarksAt(20, 20, 64) }).sharpness;
		expect(sharpnessOf(coarse)).toBeGreaterThan(0.3);
		expect(sharpnessOf(soft)).toBeLessThan(0.035);
	});
});

describe("judgeEmbedding", () => {
	const good = judgeMeasures(GOOD);

	it("leaves a face as it is whose mirror image is embedded alike", () => {
		expect(judgeEmbedding(good, 0.995)).toEqual(good);
	});

	it("lowers the clarity of one whose mirror image is not, and calls it uncertain, once", () => {
		const doubtful = judgeEmbedding(good, 0.983);
		expect(doubtful.issues).toEqual([]);
		expect(doubtful.clarity).toBeLessThan(0.9);
		const profile = judgeEmbedding(good, 0.975);
		expect(profile.issues.map(({ code }) => code)).toEqual(["FACE_UNCERTAIN"]);
		expect(profile.clarity).toBeLessThan(0.5);
		expect(judgeEmbedding(judgeMeasures({ ...GOOD, mirrorError: 0.1 }), 0.975).issues).toHaveLength(1);
	});
});
