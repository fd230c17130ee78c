/**
 * face-api's SSD MobileNet v1 face detector as an ONNX graph that takes frames of any size. For that, every strided
 * convolution is padded at its end only: for even sides this is what TensorFlow's "same" does, and for odd ones it
 * keeps the grid of anchors where it is.
 */

import { toOutInHeightWidth } from "../../nets/filter-order.ts";
import { tensorOf, type Weights } from "../../nets/weights.ts";
import { bytesToPlanes, SAME_3X3, scaleFilter, toDepthwise } from "./convolutions.ts";
import { GraphBuilder } from "./onnx-encoder.ts";

/** Anchors per place of each of the six grids that predict, the finest grid first. */
export const ANCHORS_PER_PLACE = [3, 6, 6, 6, 6, 6] as const;

/** End padding for stride 2; the second row and column are read only where the side is odd. */
const PAD_AT_END = [0, 0, 2, 2] as const;

/** Numbers of the 13 depthwise layers that halve the size. */
const HALVING_LAYERS: ReadonlySet<number> = new Set([2, 4, 6, 12]);

/** The epsilon of the original training graph. */
const BATCH_NORM_EPSILON = 0.0010000000474974513;

/** Numbers per place and anchor in the class predictor; the second is the logit of "face". */
const NUM_CLASS_LOGITS = 3;
const FACE_LOGIT = 1;

/**
 * In: "frame", 1 x height x width x 3 bytes. Out, anchor after anchor, grid after grid, row-major:
 * "logits", n; "encodings", n x 4 (see `decode-ssd.ts`).
 */
export function encodeSsd(weights: Weights): Uint8Array {
	const graph = new GraphBuilder("face-ssd-mobilenet-v1");
	const frame = graph.input("frame", [1, "height", "width", 3], "uint8");
	const scaled = graph.mul(bytesToPlanes(graph, frame), graph.constant(Float32Array.of(1 / 127.5), []));
	const grids = predictionGrids(graph, graph.sub(scaled, graph.constant(Float32Array.of(1), [])), weights);
	const logits: string[] = [];
	const encodings: string[] = [];
	for (const [i, grid] of grids.entries()) {
		const name = `Prediction/BoxPredictor_${i}`;
		logits.push(graph.reshape(predict(graph, grid, faceLogits(weights, name)), [-1]));
		encodings.push(
			graph.reshape(predict(graph, grid, head(weights, `${name}/BoxEncodingPredictor`)), [-1, 4]),
		);
	}
	graph.output("logits", graph.concat(logits, 0), ["n"]);
	graph.output("encodings", graph.concat(encodings, 0), ["n", 4]);
	return graph.encode();
}

/** MobileNet and the smaller grids behind it. */
function predictionGrids(graph: GraphBuilder, frame: string, weights: Weights): string[] {
	const grids: string[] = [];
	let x = pointwise(graph, frame, weights, "MobilenetV1/Conv2d_0_pointwise", 2);
	for (let layer = 1; layer <= 13; layer++) {
		x = depthwise(
			graph,
			x,
			weights,
			`MobilenetV1/Conv2d_${layer}_depthwise`,
			HALVING_LAYERS.has(layer) ? 2 : 1,
		);
		x = pointwise(graph, x, weights, `MobilenetV1/Conv2d_${layer}_pointwise`, 1);
		if (layer === 11) grids.push(x);
	}
	grids.push(x);
	for (let layer = 0; layer < 8; layer++) {
		const isHalving = layer % 2 === 1;
		x = pointwise(graph, x, weights, `Prediction/Conv2d_${layer}_pointwise`, isHalving ? 2 : 1);
		if (isHalving) grids.push(x);
	}
	return grids;
}

function pointwise(graph: GraphBuilder, x: string, weights: Weights, name: string, stride: 1 | 2): string {
	const conv = graph.conv(x, {
		weights: toOutInHeightWidth(tensorOf(weights, `${name}/weights`)),
		bias: tensorOf(weights, `${name}/convolution_bn_offset`).data,
		strides: [stride, stride],
		pads: stride === 2 ? PAD_AT_END : [0, 0, 0, 0],
	});
	return graph.clip(conv, 0, 6);
}

/** A depthwise convolution with its batch normalisation folded in. */
function depthwise(graph: GraphBuilder, x: string, weights: Weights, name: string, stride: 1 | 2): string {
	const statistic = (key: string) => tensorOf(weights, `${name}/BatchNorm/${key}`).data;
	const mean = statistic("moving_mean");
	const variance = statistic("moving_variance");
	const gamma = statistic("gamma");
	const beta = statistic("beta");
	const factors = gamma.map((value, i) => value / Math.sqrt(variance[i]! + BATCH_NORM_EPSILON));
	const filter = scaleFilter(toDepthwise(tensorOf(weights, `${name}/depthwise_weights`)), factors);
	const conv = graph.conv(x, {
		weights: filter,
		bias: beta.map((value, i) => value - mean[i]! * factors[i]!),
		groups: filter.shape[0]!,
		strides: [stride, stride],
		pads: stride === 2 ? PAD_AT_END : SAME_3X3,
	});
	return graph.clip(conv, 0, 6);
}

interface Head {
	/** In channels x out channels. */
	readonly weights: { readonly shape: readonly number[]; readonly data: Float32Array };
	readonly bias: Float32Array;
}

function predict(graph: GraphBuilder, grid: string, { weights, bias }: Head): string {
	return graph.transpose(graph.conv(grid, { weights: toOutInHeightWidth(weights), bias }), [0, 2, 3, 1]);
}

function head(weights: Weights, name: string): Head {
	return { weights: tensorOf(weights, `${name}/weights`), bias: tensorOf(weights, `${name}/biases`).data };
}

/** Of the class predictor only the channels that say "face". */
function faceLogits(weights: Weights, name: string): Head {
	const { weights: all, bias } = head(weights, `${name}/ClassPredictor`);
	const isFace = (_: number, i: number) => i % NUM_CLASS_LOGITS === FACE_LOGIT;
	const [, , numIn, numOut] = all.shape as [number, number, number, number];
	return {
		// the out channel counts fastest, and its number is a multiple of the logits per anchor
		weights: { shape: [1, 1, numIn, numOut / NUM_CLASS_LOGITS], data: all.data.filter(isFace) },
		bias: bias.filter(isFace),
	};
}
