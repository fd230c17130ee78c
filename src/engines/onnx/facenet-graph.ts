/** Inception-ResNet-v1 as an ONNX graph: chips in rows x columns x channels go in, raw embeddings come out. */

import { INPUT_SIDE } from "../../nets/facenet/architecture.ts";
import type { FoldedParameters } from "../../nets/facenet/folded-parameters.ts";
import { type NetworkOperations, runNetwork } from "../../nets/facenet/network.ts";
import { tensorOf } from "../../nets/weights.ts";
import { GraphBuilder, type OnnxModel } from "./onnx-encoder.ts";

/**
 * @param observed layers whose results become further outputs under their own names, NCHW, for comparison with a
 * reference
 * @returns a model with input `chips` (n x 160 x 160 x 3, normalised) and output `embeddings` (n x dimension)
 */
export function encodeOnnxNetwork(parameters: FoldedParameters, observed: readonly string[] = []): OnnxModel {
	const graph = new GraphBuilder("facenet");
	const input = graph.input("chips", ["batch", INPUT_SIDE, INPUT_SIDE, 3]);
	const embeddings = runNetwork(
		onnxOperations(graph, parameters),
		graph.transpose(input, [0, 3, 1, 2]),
		(layer, value) => {
			if (observed.includes(layer)) graph.output(layer, value);
		},
	);
	const dimension = tensorOf(parameters, "Bottleneck/kernel").shape[1]!;
	graph.output("embeddings", embeddings, ["batch", dimension]);
	return graph.encode();
}

/** Each operation adds to `graph`; values are names of results there, NCHW. */
export function onnxOperations(graph: GraphBuilder, parameters: FoldedParameters): NetworkOperations<string> {
	const constant = (name: string): string => {
		const { data, shape } = tensorOf(parameters, name);
		return graph.constant(data, shape);
	};
	return {
		conv(x, layer, { kernel: [height, width], stride, padding, hasRelu }) {
			const above = padding === "same" ? (height - 1) / 2 : 0;
			const beside = padding === "same" ? (width - 1) / 2 : 0;
			const sum = graph.conv(x, {
				weights: tensorOf(parameters, `${layer}/kernel`),
				bias: tensorOf(parameters, `${layer}/bias`).data,
				strides: [stride, stride],
				pads: [above, beside, above, beside],
			});
			return hasRelu ? graph.relu(sum) : sum;
		},
		maxPool: (x) => graph.maxPool(x, { kernel: [3, 3], strides: [2, 2] }),
		concat: (branches) => graph.concat(branches, 1),
		add(x, y, hasRelu) {
			const sum = graph.add(x, y);
			return hasRelu ? graph.relu(sum) : sum;
		},
		globalMean: (x) => graph.reshape(graph.globalAveragePool(x), [0, -1]),
		bottleneck: (x) => graph.matMul(x, constant("Bottleneck/kernel")),
		bottleneckBatchNorm: (x) =>
			graph.add(graph.mul(x, constant("Bottleneck_BatchNorm/scale")), constant("Bottleneck_BatchNorm/bias")),
	};
}
