import { describe, expect, it } from "vitest";
import type { Detection, FaceEngine } from "../../src/faces/face-engine.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import type { RgbImage } from "../../src/image/rgb-image.ts";

/** Mean face in a landmark crop of 112 px, roughly: what a net answers where there is a face. */
const FACE_IN_CROP = (() => {
	const points = new Float32Array(136);
	for (let i = 0; i < 17; i++) {
		const angle = Math.PI * (1 - i / 16);
		points.set([56 + 44 * Math.cos(angle), 40 + 60 * Math.sin(angle)], i * 2);
	}
	const set = (from: number, ...xy: number[]) => points.set(xy, from * 2);
	set(17, 24, 27, 29, 24, 35, 23, 41, 24, 46, 25, 66, 25, 71, 24, 77, 23, 83, 24, 88, 27);
	set(27, 56, 36, 56, 43, 56, 49, 56, 55, 49, 60, 52, 61, 56, 62, 60, 61, 63, 60);
	set(36, 31, 36, 35, 34, 40, 34, 45, 36, 40, 38, 35, 38, 67, 36, 72, 34, 77, 34, 81, 36, 77, 38, 72, 38);
	set(48, 41, 74, 46, 71, 53, 69, 56, 70, 59, 69, 66, 71, 71, 74, 66, 79, 61, 81, 56, 82, 51, 81, 46, 79);
	set(60, 42, 74, 51, 73, 56, 73, 61, 73, 70, 74, 61, 76, 56, 77, 51, 76);
	return points;
})();

const NO_FACE_IN_CROP = Float32Array.from({ length: 136 }, (_, i) => 56 + 40 * Math.sin(i * i));

interface Look {
	readonly width: number;
	readonly height: number;
	readonly longSide: number;
}

/** An engine whose detector answers what a test says, and whose landmarks are always a face's, or never. */
function fakeEngine(detect: (look: Look) => Detection[], landmarks = FACE_IN_CROP) {
	const looks: Look[] = [];
	const engine: FaceEngine = {
		name: "onnx",
		description: "fake",
		detect: async ({ width, height }, { longSide }) => {
			looks.push({ width, height, longSide });
			return detect(looks.at(-1)!);
		},
		locateLandmarks: async (crops) => crops.map(() => landmarks),
		embed: () => Promise.reject(new TypeError("not asked for in these tests")),
		close: async () => {},
	};
	return { engine, looks };
}

const photoOf = (width: number, height: number): RgbImage => ({
	width,
	height,
	data: new Uint8Array(width * height * 3).fill(100),
});

const at = (x: number, y: number, side: number, score = 0.95): Detection => ({
	box: { x, y, width: side, height: side },
	score,
});

describe("findFaces", () => {
	it("looks in two sizes at a picture of 448 pixels, and measures in pixels of the photo", async () => {
		const { engine, looks } = fakeEngine(() => [at(100, 50, 80)]);
		const faces = await findFaces(engine, photoOf(896, 672));
		expect(looks.map(({ width, longSide }) => [width, longSide])).toEqual([
			[448, 256],
			[448, 448],
		]);
		expect(faces.map(({ box }) => box)).toEqual([{ x: 200, y: 100, width: 160, height: 160 }]);
	});

	it("looks once at a small photo", async () => {
		const { engine, looks } = fakeEngine(() => [at(60, 60, 120)]);
		await findFaces(engine, photoOf(250, 250));
		expect(looks.map(({ longSide }) => longSide)).toEqual([256]);
	});

	it("keeps what only one of the looks found", async () => {
		const { engine } = fakeEngine(({ longSide }) =>
			longSide === 256 ? [at(10, 10, 200)] : [at(20, 20, 180, 0.9), at(380, 300, 30)],
		);
		const faces = await findFaces(engine, photoOf(448, 350));
		expect(faces.map(({ box }) => box.x)).toEqual([10, 380]);
	});

	it("puts the largest central face first", async () => {
		const { engine } = fakeEngine(() => [at(0, 0, 100, 0.99), at(250, 150, 95, 0.8), at(240, 20, 40, 0.98)]);
		const faces = await findFaces(engine, photoOf(448, 350));
		expect(faces.map(({ score }) => score)).toEqual([0.8, 0.99, 0.98]);
	});

	it("drops what has no face's shape", async () => {
		const { engine } = fakeEngine(() => [at(100, 100, 100, 0.99)], NO_FACE_IN_CROP);
		expect(await findFaces(engine, photoOf(448, 350))).toEqual([]);
	});

	it("answers with an empty list after it has looked closer and turned the photo", async () => {
		const { engine, looks } = fakeEngine(() => []);
		expect(await findFaces(engine, photoOf(448, 350))).toEqual([]);
		expect(looks.map(({ width, longSide }) => [width, longSide])).toEqual([
			[448, 256],
			[448, 448],
			[448, 192],
			[350, 256],
			[350, 448],
			[448, 256],
			[448, 448],
			[350, 256],
			[350, 448],
		]);
	});

	it("brings a face of the turned photo back into the photo as it came", async () => {
		// upright after one clockwise quarter: there, 350 wide, the box is near the top right
		let numTall = 0;
		const { engine } = fakeEngine(({ width }) => (width === 350 && numTall++ < 2 ? [at(210, 40, 100)] : []));
		const [face] = await findFaces(engine, photoOf(448, 350));
		expect(face?.box).toEqual({ x: 40, y: 40, width: 100, height: 100 });
		const landmarks = face!.landmarks;
		const [eyes, chin] = [landmarks[39 * 2]!, landmarks[8 * 2]!];
		expect(chin, "the chin is to the right of the eyes").toBeGreaterThan(eyes + 20);
	});

	it("looks closer at the surest 64 of a crowd only, and turns few of them over", async () => {
		const crowd = Array.from({ length: 400 }, (_, i) =>
			at((i % 20) * 22, Math.floor(i / 20) * 22, 20, 0.3 + i / 1000),
		);
		const runsOn = async (detections: Detection[]) => {
			const { engine } = fakeEngine(() => detections);
			let numRuns = 0;
			const counting: FaceEngine = {
				...engine,
				locateLandmarks: async (crops) => {
					numRuns += crops.length;
					return engine.locateLandmarks(crops);
				},
			};
			const faces = await findFaces(counting, photoOf(448, 448));
			return { numRuns, faces };
		};
		const { numRuns, faces } = await runsOn(crowd);
		expect(faces).toHaveLength(64);
		expect(Math.min(...faces.map(({ score }) => score))).toBeCloseTo(0.3 + (400 - 64) / 1000, 6);
		// three runs each; and for those that are doubtful, nine more
		expect(numRuns).toBeLessThanOrEqual(64 * 3 + 8 * 9);
		const group = await runsOn(crowd.slice(0, 30));
		expect(group.faces).toHaveLength(30);
	});

	it("clips boxes to the photo", async () => {
		const { engine } = fakeEngine(() => [at(-20, -10, 120)]);
		const [face] = await findFaces(engine, photoOf(300, 300));
		expect(face?.box).toEqual({ x: 0, y: 0, width: 100, height: 110 });
	});
});
