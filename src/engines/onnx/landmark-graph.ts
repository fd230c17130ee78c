/**
 * face-api's 68-point landmark net as an ONNX graph: four dense blocks of separable convolutions, whose outputs are
 * summed up, and one dense layer.
 */
import { LANDMARK_CROP_SIZE } from "../../faces/face-engine.ts";
import { toOutInHeightWidth } from "../../nets/filter-order.ts";
import { tensorOf, type Weights } from "../../nets/weights.ts";
import { bytesToPlanes, normaliseColour, SAME_STRIDE_2, separableConv } from "./convolutions.ts";
import { GraphBuilder, type OnnxModel } from "./onnx-encoder.ts";

/** In: "crops", N x 112 x 112 x 3 bytes. Out: "landmarks", N x 136 shares of the crop's side. */
export function encodeLandmarkNet(weights: Weights): OnnxModel {
	const graph = new GraphBuilder("face-landmarks-68");
	const crops = graph.input("crops", ["N", LANDMARK_CROP_SIZE, LANDMARK_CROP_SIZE, 3], "uint8");
	let x = normaliseColour(graph, bytesToPlanes(graph, crops));
	for (const block of ["dense0", "dense1", "dense2", "dense3"]) x = denseBlock(graph, x, weights, block);
	const pooled = graph.reshape(graph.globalAveragePool(x), [0, -1]);
	const dense = tensorOf(weights, "fc/weights");
	const output = graph.add(
		graph.matMul(pooled, graph.constant(dense.data, dense.shape)),
		graph.constant(tensorOf(weights, "fc/bias").data),
	);
	graph.output("landmarks", output, ["N", 136]);
	return graph.encode();
}

/** Four convolutions, each fed with the sum of all before it; the first halves the size. */
function denseBlock(graph: GraphBuilder, x: string, weights: Weights, block: string): string {
	const first =
		block === "dense0"
			? graph.conv(x, {
					weights: toOutInHeightWidth(tensorOf(weights, "dense0/conv0/filters")),
					bias: tensorOf(weights, "dense0/conv0/bias").data,
					strides: [2, 2],
					pads: SAME_STRIDE_2,
				})
			: separableConv(graph, x, weights, `${block}/conv0`, 2);
	let sum = graph.relu(first);
	let active = sum;
	for (const conv of ["conv1", "conv2", "conv3"]) {
		// the sum runs over values from before their activation
		sum = graph.add(sum, separableConv(graph, active, weights, `${block}/${conv}`, 1));
		active = graph.relu(sum);
	}
	return active;
}
