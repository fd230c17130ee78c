/**
 * Both back ends against values that two independent reference implementations computed in float64 on the same
 * generated weights: equal here means equal network, whatever the weights.
 */
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foldParameters } from "../../../src/nets/facenet/folded-parameters.ts";
import { networkMakers, type RunningNetwork } from "../../helpers/facenet/facenet-engines.ts";
import {
	fnv1a,
	generatedTensor,
	generatedWeights,
	goldenInputs,
	inputA,
	inputB,
	inputBytes,
	integers,
} from "../../helpers/facenet/facenet-generator.ts";
import { checkpointDifference, golden } from "../../helpers/facenet/facenet-golden.ts";
import { largestDifference, unitLength } from "../../helpers/vectors.ts";

describe("the generator", () => {
	it.each(golden.generator)("makes the published stream of $key", ({ key, fnv1a: hash, first4shifted }) => {
		expect(fnv1a(key)).toBe(hash);
		const next = integers(key);
		expect(first4shifted.map(() => next())).toEqual(first4shifted);
	});

	it("makes every tensor and input bit for bit", () => {
		const layers = [...golden.layers, ...golden.variants[128].bottleneck, ...golden.variants[512].bottleneck];
		for (const { name, weights } of layers) {
			for (const { kind, shape, crc32: expected } of weights) {
				const { data } = generatedTensor(name, kind, shape);
				expect(crc32(new Uint8Array(data.buffer)), `${name}/${kind}`).toBe(expected);
			}
		}
		expect(crc32(new Uint8Array(inputA().buffer))).toBe(golden.inputs.a);
		expect(crc32(new Uint8Array(inputB().buffer))).toBe(golden.inputs.b);
		expect(crc32(inputBytes())).toBe(golden.inputs.u8);
	});
});

describe.each(["onnx", "wasm"] as const)("FaceNet on %s", (engine) => {
	describe.each([128, 512] as const)("with %i numbers", (dimension) => {
		const { raw, checkpoints } = golden.variants[dimension];
		let network: RunningNetwork;

		beforeAll(async () => {
			network = await networkMakers[engine](foldParameters(generatedWeights(dimension)));
		});
		afterAll(() => network.close());

		it.each(Object.keys(goldenInputs))("gives the reference's embedding of input %s", async (name) => {
			const embedding = await network.run(goldenInputs[name]!());
			const expected = raw[name]!;
			expect(embedding).toHaveLength(dimension);
			expect(largestDifference(embedding, expected)).toBeLessThan(golden.tolerance.rawEmbeddingAbs);
			expect(largestDifference(unitLength(embedding), unitLength(expected))).toBeLessThan(
				golden.tolerance.l2EmbeddingAbs,
			);
		});

		it("gives each chip of a batch the embedding it has alone", async () => {
			const batch = new Float32Array(2 * 76_800);
			batch.set(inputB());
			batch.set(inputA(), 76_800);
			const embeddings = await network.run(batch);
			expect(largestDifference(embeddings.subarray(0, dimension), raw.b!)).toBeLessThan(3e-4);
			expect(largestDifference(embeddings.subarray(dimension), raw.a!)).toBeLessThan(3e-4);
		});

		it("gives the reference's values at every checkpoint on the way", async () => {
			const names = checkpoints.map(({ name }) => name);
			const results = await network.observe(inputA(), names);
			for (const checkpoint of checkpoints) {
				const result = results.get(checkpoint.name)!;
				expect(result.shape, checkpoint.name).toEqual(checkpoint.shape);
				expect(checkpointDifference(checkpoint, result.data), checkpoint.name).toBeLessThan(
					golden.tolerance.checkpointAbs,
				);
			}
		});
	});
});
