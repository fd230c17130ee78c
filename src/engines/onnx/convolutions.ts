/** Weights in the order that ONNX wants, and layers that several nets have. */
import { toOutInHeightWidth } from "../../nets/filter-order.ts";
import { tensorOf, type Weights, type WeightTensor } from "../../nets/weights.ts";
import type { GraphBuilder } from "./onnx-encoder.ts";
import type { Tensor } from "./onnx-messages.ts";

/** TensorFlow's "same" for an even side, a 3 x 3 window and stride 2: nothing before, one after. */
export const SAME_STRIDE_2 = [0, 0, 1, 1] as const;
/** "same" for a 3 x 3 window and stride 1. */
export const SAME_3X3 = [1, 1, 1, 1] as const;

/** Mean colour that face-api's landmark and recognition nets subtract, R, G, B in 0 to 255. */
const MEAN_COLOUR = [122.782, 117.001, 104.298];

/** A depthwise filter from height, width, channels, 1 to channels, 1, height, width. */
export function toDepthwise({ shape, data }: WeightTensor): Tensor {
	const [height, width, numChannels] = shape as [number, number, number];
	return toOutInHeightWidth({ shape: [height, width, 1, numChannels], data });
}

/** A depthwise 3 x 3 convolution and the 1 x 1 convolution that mixes its channels, without activation. */
export function separableConv(
	graph: GraphBuilder,
	x: string,
	weights: Weights,
	name: string,
	stride: 1 | 2,
): string {
	const depthwise = toDepthwise(tensorOf(weights, `${name}/depthwise_filter`));
	const spread = graph.conv(x, {
		weights: depthwise,
		groups: depthwise.shape[0]!,
		strides: [stride, stride],
		pads: stride === 1 ? SAME_3X3 : SAME_STRIDE_2,
	});
	return graph.conv(spread, {
		weights: toOutInHeightWidth(tensorOf(weights, `${name}/pointwise_filter`)),
		bias: tensorOf(weights, `${name}/bias`).data,
	});
}

/** From bytes, N x height x width x 3, to floats, N x 3 x height x width. */
export function bytesToPlanes(graph: GraphBuilder, bytes: string): string {
	return graph.transpose(graph.op("Cast", [bytes], { to: 1 }), [0, 3, 1, 2]);
}

/** What face-api's landmark and recognition nets do to pixels first: minus the mean colour, over 255. */
export function normaliseColour(graph: GraphBuilder, planes: string): string {
	const mean = graph.constant(Float32Array.from(MEAN_COLOUR), [1, 3, 1, 1]);
	return graph.mul(graph.sub(planes, mean), graph.constant(Float32Array.of(1 / 255), []));
}
