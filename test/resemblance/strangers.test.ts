import { describe, expect, it } from "vitest";
import { Strangers } from "../../src/resemblance/strangers.ts";
import { createGallery } from "../helpers/galleries/face-like-gallery.ts";

const { strangers: faces } = createGallery(1, 1, { numQueries: 40 });
const dimension = faces[0]!.length;
const names = faces.map((_, i) => `Stranger ${i}`);
const embeddings = Float32Array.from(faces.flatMap((face) => [...face]));
const strangers = new Strangers({ pipelineVersion: "v1", dimension, names }, embeddings);

describe("Strangers", () => {
	it("come back from their file, their cosines exact to 1e-4", () => {
		const reopened = Strangers.decode(strangers.encode());
		expect(reopened.names).toEqual(names);
		expect(reopened.pipelineVersion).toBe("v1");
		for (const [i, value] of reopened.embedding(7).entries()) expect(value).toBeCloseTo(faces[7]![i]!, 4);
	});

	it("answer with the most similar of them", () => {
		const query = faces[3] as Float32Array;
		const all = faces.map((face) => face.reduce((sum, value, i) => sum + value * query[i]!, 0));
		const expected = all.toSorted((a, b) => b - a);
		const found = strangers.nearest(query, 5).sort((a, b) => b - a);
		for (const [i, similarity] of found.entries()) expect(similarity).toBeCloseTo(expected[i]!, 5);
		expect(Math.max(...strangers.nearest(query, 5, 3))).toBeCloseTo(expected[1]!, 5);
	});

	it("are refused when their file is cut short", () => {
		const bytes = strangers.encode();
		for (const length of [0, 3, 40, bytes.length - 1])
			expect(() => Strangers.decode(bytes.subarray(0, length))).toThrow("not readable");
	});
});
