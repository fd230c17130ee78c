import { describe, expect, it } from "vitest";
import { turnBoxBack, turnImage, turnsToStand } from "../../../src/faces/geometry/turn.ts";
import { sampleLandmarks } from "../../web/sample-landmarks.ts";

/** Three columns, two rows, each pixel's red its number. */
const IMAGE = {
	width: 3,
	height: 2,
	data: Uint8Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? i / 3 : 0)),
};

const redsOf = ({ data }: { data: Uint8Array }) => Array.from(data).filter((_, i) => i % 3 === 0);

describe("turnImage", () => {
	it("turns clockwise by quarters", () => {
		expect(redsOf(turnImage(IMAGE, 1))).toEqual([3, 0, 4, 1, 5, 2]);
		expect(redsOf(turnImage(IMAGE, 2))).toEqual([5, 4, 3, 2, 1, 0]);
		expect(redsOf(turnImage(IMAGE, 3))).toEqual([2, 5, 1, 4, 0, 3]);
	});

	it("swaps the sides for odd quarters only", () => {
		expect(turnImage(IMAGE, 1)).toMatchObject({ width: 2, height: 3 });
		expect(turnImage(IMAGE, 2)).toMatchObject({ width: 3, height: 2 });
	});
});

describe("turnBoxBack", () => {
	it.each([1, 2, 3] as const)("finds the pixel again that %i quarters moved", (turns) => {
		const turned = turnImage(IMAGE, turns);
		for (const [place, red] of redsOf(turned).entries()) {
			const box = { x: place % turned.width, y: Math.floor(place / turned.width), width: 1, height: 1 };
			const { x, y } = turnBoxBack(box, IMAGE, turns);
			expect(y * IMAGE.width + x).toBe(red);
		}
	});
});

describe("turnsToStand", () => {
	const turnClockwise = (landmarks: Float32Array, degrees: number) => {
		const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
		return landmarks.map((value, i) =>
			i % 2 === 0 ? value * cos - landmarks[i + 1]! * sin : landmarks[i - 1]! * sin + value * cos,
		);
	};
	const upright = sampleLandmarks(0);

	it.each([
		[90, 3],
		[180, 2],
		[270, 1],
		[75, 3],
	])("undoes %i degrees by %i quarters", (degrees, turns) => {
		expect(turnsToStand([turnClockwise(upright, degrees)])).toBe(turns);
	});

	it.each([0, 50, -50])("leaves a head that is tilted by %i degrees as it is", (degrees) => {
		expect(turnsToStand([turnClockwise(upright, degrees)])).toBe(0);
	});

	it("goes by most of a photo's faces, and leaves one without faces as it is", () => {
		expect(turnsToStand([turnClockwise(upright, 90), upright, upright])).toBe(0);
		expect(turnsToStand([])).toBe(0);
	});
});
