import { describe, expect, it } from "vitest";
import { turnBoxBack, turnImage } from "../../src/faces/turn.ts";

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
