import { describe, expect, it } from "vitest";
import { ANCHORS, decodeSsd, readAnchorSizes } from "../../../src/nets/ssd/decode-ssd.ts";
import { loadWeights, tensorOf } from "../../../src/nets/weights.ts";

/** One anchor of 20 x 10 pixels per place on the finest grid, none on the coarser ones. */
const ONE_ANCHOR = [[{ height: 20, width: 10 }], [], [], [], [], []];

/** Six places, three per row, of which only the last is a face. */
const FRAME = { width: 48, height: 32 };
const LOGITS = Float32Array.of(-9, -9, -9, -9, -9, 2);

describe("decodeSsd", () => {
	it("lays an anchor on the middle of its place", () => {
		const { boxes, scores } = decodeSsd(FRAME, LOGITS, new Float32Array(24), ONE_ANCHOR, 0.5);
		// the place's centre is 40, 24: top, left, bottom, right
		expect(Array.from(boxes)).toEqual([14, 35, 34, 45]);
		expect(scores[0]).toBeCloseTo(1 / (1 + Math.exp(-2)));
	});

	it("shifts by tenths of the anchor's size and grows by the exponential of fifths", () => {
		const encodings = new Float32Array(24);
		encodings.set([10, -10, 5 * Math.LN2, 0], 20);
		const { boxes } = decodeSsd(FRAME, LOGITS, encodings, ONE_ANCHOR, 0.5);
		const [top, left, bottom, right] = boxes;
		expect([top, bottom].map((value) => value!.toFixed(3))).toEqual(["24.000", "64.000"]);
		expect([left, right]).toEqual([25, 35]);
	});

	it("leaves out what is below the score", () => {
		expect(decodeSsd(FRAME, LOGITS, new Float32Array(24), ONE_ANCHOR, 0.95).scores).toHaveLength(0);
	});

	it("refuses a frame that has another number of places", () => {
		const decode = () => decodeSsd({ width: 49, height: 32 }, LOGITS, new Float32Array(24), ONE_ANCHOR, 0.5);
		expect(decode).toThrow(RangeError);
	});
});

describe("readAnchorSizes", () => {
	it("reads three, then five times six sizes, the same wherever they stand on their grid", async () => {
		const anchors = tensorOf(await loadWeights("ssd"), ANCHORS);
		const sizes = readAnchorSizes(anchors);
		expect(sizes.map((grid) => grid.length)).toEqual([3, 6, 6, 6, 6, 6]);
		let anchor = 0;
		let worst = 0;
		for (const [grid, ofGrid] of sizes.entries()) {
			const perRow = 32 / 2 ** grid;
			for (let place = 0; place < perRow ** 2; place++) {
				for (const { height, width } of ofGrid) {
					const [top, left, bottom, right] = anchors.data.subarray(anchor * 4, anchor * 4 + 4);
					worst = Math.max(
						worst,
						Math.abs((bottom! - top!) * 512 - height),
						Math.abs((right! - left!) * 512 - width),
						Math.abs(((top! + bottom!) / 2) * perRow - Math.floor(place / perRow) - 0.5),
						Math.abs(((left! + right!) / 2) * perRow - (place % perRow) - 0.5),
					);
					anchor++;
				}
			}
		}
		expect(anchor).toBe(5118);
		expect(worst).toBeLessThan(1e-3);
	});
});
