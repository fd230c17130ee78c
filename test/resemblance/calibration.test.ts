import { describe, expect, it } from "vitest";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { calibrationFor, resemblanceOf } from "../../src/resemblance/calibration.ts";

const calibration = calibrationFor(embeddingModel("face-api").pipelineVersion);

describe("resemblanceOf", () => {
	it("grows with the cosine, from 0 to 100", () => {
		const scores = [-1, 0, 0.84, 0.9, 0.92, 0.94, 0.96, 0.98, 1].map(
			(cosine) => resemblanceOf(cosine, calibration).score,
		);
		expect(scores).toEqual(scores.toSorted((a, b) => a - b));
		expect([scores[0], scores.at(-1)]).toEqual([0, 100]);
	});

	it("calls two strangers alike in nothing, and two photos of a person a twin", () => {
		expect(resemblanceOf(0.84, calibration)).toEqual({ score: 0, words: "loose resemblance" });
		expect(resemblanceOf(0.97, calibration).words).toBe("could be a twin");
	});

	it("calls a stranger's ordinary best match fair", () => {
		expect(resemblanceOf(calibration.bestOfStrangers.midpoint, calibration).words).toBe("fair resemblance");
	});
});

describe("calibrationFor", () => {
	it.each(["face-api", "facenet", "facenet512"] as const)("knows the pipeline of %s", (model) => {
		const { bestOfStrangers, samePerson } = calibrationFor(embeddingModel(model).pipelineVersion);
		expect(samePerson.midpoint).toBeGreaterThan(bestOfStrangers.midpoint);
	});

	it("refuses a pipeline that nobody has calibrated", () => {
		expect(() => calibrationFor("other-1")).toThrow(
			/Expected a pipeline with a calibrated score .* received other-1/,
		);
	});
});
