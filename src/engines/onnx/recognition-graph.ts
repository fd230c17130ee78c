/** face-api's face embedding, dlib's ResNet with 29 convolutions (dlib_face_recognition_resnet_model_v1), as an ONNX graph. */

import { toOutInHeightWidth } from "../../nets/filter-order.ts";
import { tensorOf, type Weights } from "../../nets/weights.ts";
import { bytesToPlanes, normaliseColour, SAME_3X3 } from "./convolutions.ts";
import { GraphBuilder, type OnnxModel, type Pads } from "./onnx-encoder.ts";

/** Side of the aligned chip in pixels. */
const CHIP_SIZE = 150;

/** Name, out channels, and how the block treats its input; `crops` where the strided branch comes out one smaller. */
const BLOCKS = [
	["conv32_1", "residual"],
	["conv32_2", "residual"],
	["conv32_3", "residual"],
	["conv64_down", "widen", 32],
	["conv64_1", "residual"],
	["conv64_2", "residual"],
	["conv64_3", "residual"],
	["conv128_down", "widen", 64],
	["conv128_1", "residual"],
	["conv128_2", "residual"],
	["conv256_down", "widen-and-pad", 128],
	["conv256_1", "residual"],
	["conv256_2", "residual"],
	["conv256_down_out", "pad", 0],
] as const;

/** In: "chips", N x 150 x 150 x 3 bytes. Out: "embeddings", N x 128, not normalised. */
export function encodeRecognitionNet(weights: Weights): OnnxModel {
	const graph = new GraphBuilder("face-recognition-resnet");
	const chips = graph.input("chips", ["N", CHIP_SIZE, CHIP_SIZE, 3], "uint8");
	let x = normaliseColour(graph, bytesToPlanes(graph, chips));
	x = graph.relu(scaledConv(graph, x, weights, "conv32_down", 2, [0, 0, 0, 0]));
	x = graph.maxPool(x, { kernel: [3, 3], strides: [2, 2] });
	for (const [name, kind, numNewChannels = 0] of BLOCKS) {
		x =
			kind === "residual"
				? residual(graph, x, weights, name)
				: halve(graph, x, weights, name, numNewChannels, kind !== "widen");
	}
	const pooled = graph.reshape(graph.globalAveragePool(x), [0, -1]);
	const dense = tensorOf(weights, "fc");
	graph.output("embeddings", graph.matMul(pooled, graph.constant(dense.data, dense.shape)), ["N", 128]);
	return graph.encode();
}

function residual(graph: GraphBuilder, x: string, weights: Weights, name: string): string {
	const inner = graph.relu(scaledConv(graph, x, weights, `${name}/conv1`, 1, SAME_3X3));
	return graph.relu(graph.add(x, scaledConv(graph, inner, weights, `${name}/conv2`, 1, SAME_3X3)));
}

/**
 * The block that halves the size. The shortcut is an average pool, filled up with empty channels; where a strided
 * convolution without padding comes out one smaller than the pool, a row and a column of zeros are added to it.
 */
function halve(
	graph: GraphBuilder,
	x: string,
	weights: Weights,
	name: string,
	numNewChannels: number,
	needsPad: boolean,
): string {
	const inner = graph.relu(scaledConv(graph, x, weights, `${name}/conv1`, 2, [0, 0, 0, 0]));
	let branch = scaledConv(graph, inner, weights, `${name}/conv2`, 1, SAME_3X3);
	if (needsPad) branch = graph.pad(branch, [0, 0, 0, 0, 0, 0, 1, 1]);
	let shortcut = graph.averagePool(x, { kernel: [2, 2], strides: [2, 2] });
	if (numNewChannels > 0) shortcut = graph.pad(shortcut, [0, 0, 0, 0, 0, numNewChannels, 0, 0]);
	return graph.relu(graph.add(branch, shortcut));
}

/** A convolution with the scale and shift per channel that follows it folded in. */
function scaledConv(
	graph: GraphBuilder,
	x: string,
	weights: Weights,
	name: string,
	stride: 1 | 2,
	pads: Pads,
): string {
	const scales = tensorOf(weights, `${name}/scale/weights`).data;
	const shifts = tensorOf(weights, `${name}/scale/biases`).data;
	const bias = tensorOf(weights, `${name}/conv/bias`).data;
	return graph.conv(x, {
		weights: toOutInHeightWidth(tensorOf(weights, `${name}/conv/filters`), scales),
		bias: bias.map((value, i) => value * scales[i]! + shifts[i]!),
		strides: [stride, stride],
		pads,
	});
}
