import { describe, expect, it } from "vitest";
import { embeddingModel } from "../../src/faces/embedding-model.ts";
import { calibrationFor, resemblanceOf } from "../../src/resemblance/calibration.ts";

const calibration = { midpoint: 0.9, slope: 80 };

describe("resemblanceOf", () => {
	it("is 50 at the midpoint and grows with the cosine, within 0 and 100", () => {
		expect(resemblanceOf(0.9, calibration).score).toBe(50);
		const scores = [-1, 0, 0.8, 0.88, 0.9, 0.92, 0.95, 1].map(
			(cosine) => resemblanceOf(cosine, calibration).score,
		);
		expect(scores).toEqual(scores.toSorted((a, b) => a - b));
		expect([scores[0], scores.at(-1)]).toEqual([0, 100]);
	});

	it.each([
		[1, "could be a twin"],
		[0.91, "strong resemblance"],
		[0.89, "fair resemblance"],
		[0.8, "loose resemblance"],
	])("words a cosine of %d as %s", (cosine, words) => {
		expect(resemblanceOf(cosine, calibration).words).toBe(words);
	});
});

describe("calibrationFor", () => {
	it("knows the pipeline of the default model", () => {
		expect(calibrationFor(embeddingModel("face-api").pipelineVersion).midpoint).toBeGreaterThan(0.84);
	});

	it("refuses a pipeline that nobody has calibrated", () => {
		expect(() => calibrationFor("other-1")).toThrow(
			/Expected a pipeline with a calibrated score .* received other-1/,
		);
	});
});
