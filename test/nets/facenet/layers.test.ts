import { describe, expect, it } from "vitest";
import { weightedLayers } from "../../../src/nets/facenet/layers.ts";
import { golden } from "../../helpers/facenet/facenet-golden.ts";

describe("weightedLayers", () => {
	it.each([128, 512] as const)("lists the layers of the %i-d network as Keras writes them", (dimension) => {
		const expected = [...golden.layers, ...golden.variants[dimension].bottleneck].map(
			({ name, weights }) => ({
				name,
				weights: weights.map(({ kind, shape }) => ({ kind, shape })),
			}),
		);
		expect(weightedLayers(dimension)).toEqual(expected);
		expect(expected).toHaveLength(245);
		expect(expected.flatMap(({ weights }) => weights)).toHaveLength(490);
	});

	it.each([128, 512] as const)(
		"adds up to the published number of parameters of the %i-d network",
		(dimension) => {
			const lengths = weightedLayers(dimension)
				.flatMap(({ weights }) => weights)
				.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
			expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(golden.variants[dimension].params);
		},
	);
});
