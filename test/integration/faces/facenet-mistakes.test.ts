/**
 * The comparison with the reference must be able to fail: each mistake that a re-implementation could make is made on
 * purpose, moves the embedding as far as the reference's authors measured, and is far outside the tolerance.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { onnxOperations } from "../../../src/engines/onnx/facenet-graph.ts";
import { GraphBuilder } from "../../../src/engines/onnx/onnx-encoder.ts";
import {
	BATCH_NORM_EPSILON,
	INPUT_SIDE,
	type Residual,
	STAGES,
	type Stage,
} from "../../../src/nets/facenet/architecture.ts";
import { type FoldedParameters, foldParameters } from "../../../src/nets/facenet/folded-parameters.ts";
import { type NetworkOperations, runNetwork } from "../../../src/nets/facenet/network.ts";
import { tensorOf, type WeightTensor } from "../../../src/nets/weights.ts";
import { onnxSession, runOnnx } from "../../helpers/facenet/facenet-engines.ts";
import { generatedWeights, inputA } from "../../helpers/facenet/facenet-generator.ts";
import { golden } from "../../helpers/facenet/facenet-golden.ts";
import { largestDifference, unitLength } from "../../helpers/vectors.ts";

type Weights = Map<string, WeightTensor>;
type Operations = NetworkOperations<string>;

/** What is done wrong: in the weights, the description, the operations or the input. */
interface Mistake {
	readonly weights?: (weights: Weights) => void;
	readonly stages?: (stages: readonly Stage[]) => readonly Stage[];
	readonly operations?: (operations: Operations, graph: GraphBuilder) => Partial<Operations>;
	readonly input?: (pixels: Float32Array) => Float32Array;
}

const mistakes: Readonly<Record<string, Mistake>> = {
	"BatchNorm epsilon 1e-5 instead of 1e-3": { weights: (w) => smallEpsilon(w, /_BatchNorm/) },
	"epsilon 1e-5 on the bottleneck BatchNorm only": { weights: (w) => smallEpsilon(w, /^Bottleneck/) },
	"epsilon 1e-5 on one Block8_5 BatchNorm": {
		weights: (w) => smallEpsilon(w, /^Block8_5_Branch_0_Conv2d_1x1_/),
	},
	"Block35 scale 0.2 instead of 0.17": { stages: changeBlocks(/^Block35_/, () => ({ scale: 0.2 })) },
	"Block17 scale 0.17 instead of 0.1": { stages: changeBlocks(/^Block17_/, () => ({ scale: 0.17 })) },
	"Block8 (1..5) scale 0.17 instead of 0.2": {
		stages: changeBlocks(/^Block8_[1-5]$/, () => ({ scale: 0.17 })),
	},
	"Block8_6 scale 0.2 instead of 1": { stages: changeBlocks(/^Block8_6$/, () => ({ scale: 0.2 })) },
	"ReLU added after Block8_6": { stages: changeBlocks(/^Block8_6$/, () => ({ hasRelu: true })) },
	"up-projection bias not scaled with the branch": {
		weights(w) {
			for (const block of residuals()) scaleTensor(w, `${block.name}_Conv2d_1x1/bias`, 1 / block.scale);
		},
	},
	"residual bug of keras-facenet before 2018-02-23": {
		// the scaled projection is added to the unscaled one instead of the block's input
		weights(w) {
			for (const block of residuals()) {
				for (const kind of ["kernel", "bias"]) {
					scaleTensor(w, `${block.name}_Conv2d_1x1/${kind}`, (1 + block.scale) / block.scale);
				}
			}
		},
		operations: (_, graph) => ({ add: (_x, y, hasRelu) => (hasRelu ? graph.relu(y) : y) }),
	},
	"Block35 branches 1 and 2 concatenated in the other order": {
		stages: changeBlocks(/^Block35_/, ({ branches }) => ({
			branches: [branches[0]!, branches[2]!, branches[1]!],
		})),
	},
	"Block35_1: kernels of Branch_1 0b and Branch_2 0c exchanged": {
		weights: (w) =>
			exchange(w, "Block35_1_Branch_1_Conv2d_0b_3x3/kernel", "Block35_1_Branch_2_Conv2d_0c_3x3/kernel"),
	},
	"one 3x3 kernel read as WHIO (Conv2d_2a)": {
		weights: (w) => replace(w, "Conv2d_2a_3x3/kernel", (data) => exchangeAxes(data, 3, 32 * 32)),
	},
	"beta and moving_mean exchanged in one BatchNorm (1a)": {
		weights: (w) => exchange(w, "Conv2d_1a_3x3_BatchNorm/beta", "Conv2d_1a_3x3_BatchNorm/moving_mean"),
	},
	"beta ignored in one BatchNorm (Block17_10 branch 0)": {
		weights: (w) => scaleTensor(w, "Block17_10_Branch_0_Conv2d_1x1_BatchNorm/beta", 0),
	},
	"moving_variance taken as a standard deviation (one BN)": {
		weights: (w) =>
			replace(w, "Mixed_7a_Branch_0_Conv2d_1a_3x3_BatchNorm/moving_variance", (data) =>
				data.map((value) => value ** 2 - BATCH_NORM_EPSILON),
			),
	},
	"bottleneck BatchNorm left out": {
		operations: () => ({ bottleneckBatchNorm: (x) => x }),
	},
	"max instead of average pooling": {
		operations: (_, graph) => ({
			globalMean: (x) => graph.reshape(graph.op("GlobalMaxPool", [x]), [0, -1]),
		}),
	},
	"pooled vector multiplied by the keep probability 0.8": {
		weights: (w) => scaleTensor(w, "Bottleneck/kernel", 0.8),
	},
	"BGR instead of RGB input": {
		input: (pixels) => pixels.map((_, i) => pixels[i + 2 - 2 * (i % 3)]!),
	},
	"input transposed (x,y exchanged)": { input: (pixels) => exchangeAxes(pixels, INPUT_SIDE, 3) },
	"input mirrored": {
		input: (pixels) =>
			pixels.map((_, i) => {
				const column = Math.floor(i / 3) % INPUT_SIDE;
				return pixels[i + (INPUT_SIDE - 1 - 2 * column) * 3]!;
			}),
	},
	"SAME padding of one conv put on one side only (2b)": {
		operations: ({ conv }, graph) => ({
			conv: (x, layer, settings) =>
				layer === "Conv2d_2b_3x3"
					? conv(graph.pad(x, [0, 0, 0, 0, 0, 0, 2, 2]), layer, { ...settings, padding: "valid" })
					: conv(x, layer, settings),
		}),
	},
};

describe("the comparison with the reference", () => {
	const expected = golden.variants[128].raw.a!;
	let weights: Weights;
	let folded: FoldedParameters;

	beforeAll(() => {
		weights = generatedWeights(128);
		folded = foldParameters(weights);
	});

	it("knows a mistake for every entry of the reference's catalogue", () => {
		expect(Object.keys(mistakes).sort()).toEqual(golden.mutations.map(({ what }) => what).sort());
	});

	it("accepts the network without a mistake", async () => {
		const embedding = await embedWith({});
		expect(largestDifference(embedding, expected)).toBeLessThan(golden.tolerance.rawEmbeddingAbs);
	});

	it.each(golden.mutations)("catches: $what", async ({ what, raw, l2 }) => {
		const embedding = await embedWith(mistakes[what]!);
		const rawChange = largestDifference(embedding, expected);
		const l2Change = largestDifference(unitLength(embedding), unitLength(expected));
		expect(rawChange).toBeGreaterThan(golden.tolerance.rawEmbeddingAbs);
		expect(l2Change).toBeGreaterThan(golden.tolerance.l2EmbeddingAbs);
		// and it is the catalogue's mistake, not another one: the change has its size, which is given to three digits
		expect(rawChange / raw).toBeCloseTo(1, 1);
		expect(l2Change / l2).toBeCloseTo(1, 1);
	});

	async function embedWith({
		weights: alter,
		stages: change,
		operations,
		input,
	}: Mistake): Promise<Float32Array> {
		const altered = new Map(weights);
		alter?.(altered);
		const stages = change?.(STAGES) ?? STAGES;
		// only where something is wrong, as folding all of it takes longer than the rest
		const isWrong = (stage: Stage) =>
			!STAGES.includes(stage) ||
			[...altered].some(([key, tensor]) => key.startsWith(stage.name) && tensor !== weights.get(key));
		const parameters = new Map([...folded, ...foldParameters(altered, stages.filter(isWrong))]);
		const graph = new GraphBuilder("mistaken");
		const right = onnxOperations(graph, parameters);
		const chips = graph.transpose(graph.input("chips", ["batch", INPUT_SIDE, INPUT_SIDE, 3]), [0, 3, 1, 2]);
		const wrong = { ...right, ...operations?.(right, graph) };
		graph.output("embeddings", runNetwork(wrong, chips, undefined, stages));
		const session = await onnxSession(graph.encode());
		const pixels = inputA();
		const embedding = await runOnnx(session, input?.(pixels) ?? pixels);
		await session.release();
		return embedding;
	}
});

function residuals(): readonly Residual[] {
	return STAGES.filter((stage) => stage.kind === "residual");
}

function changeBlocks(
	names: RegExp,
	change: (block: Residual) => Partial<Residual>,
): (stages: readonly Stage[]) => readonly Stage[] {
	return (stages) =>
		stages.map((stage) =>
			stage.kind === "residual" && names.test(stage.name) ? { ...stage, ...change(stage) } : stage,
		);
}

function replace(weights: Weights, name: string, change: (data: Float32Array) => Float32Array): void {
	const { shape, data } = tensorOf(weights, name);
	weights.set(name, { shape, data: change(data) });
}

function scaleTensor(weights: Weights, name: string, factor: number): void {
	replace(weights, name, (data) => data.map((value) => value * factor));
}

/** What folding with an epsilon of 1e-5 would make of these layers. */
function smallEpsilon(weights: Weights, layers: RegExp): void {
	for (const name of weights.keys()) {
		if (layers.test(name) && name.endsWith("/moving_variance")) {
			replace(weights, name, (data) => data.map((value) => value - BATCH_NORM_EPSILON + 1e-5));
		}
	}
}

function exchange(weights: Weights, a: string, b: string): void {
	const tensor = tensorOf(weights, a);
	weights.set(a, tensorOf(weights, b));
	weights.set(b, tensor);
}

/** Transposes the first two dimensions, both `side` long, of rows of `length` numbers. */
function exchangeAxes(data: Float32Array, side: number, length: number): Float32Array {
	const turned = new Float32Array(data.length);
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			const row = data.subarray((y * side + x) * length, (y * side + x + 1) * length);
			turned.set(row, (x * side + y) * length);
		}
	}
	return turned;
}
