/** face-api's face detector as an ONNX graph. */
import { toOutInHeightWidth } from "../../nets/filter-order.ts";
import { buildSsd, type SsdConvolution } from "../../nets/ssd/network.ts";
import type { Weights } from "../../nets/weights.ts";
import { bytesToPlanes, toDepthwise } from "./convolutions.ts";
import { GraphBuilder, type OnnxModel } from "./onnx-encoder.ts";

/**
 * In: "frame", 1 x height x width x 3 bytes. Out, anchor after anchor, grid after grid, row-major:
 * "logits", n; "encodings", n x 4 (see `decode-ssd.ts`).
 */
export function encodeSsd(weights: Weights): OnnxModel {
	const graph = new GraphBuilder("face-ssd-mobilenet-v1");
	const frame = graph.input("frame", [1, "height", "width", 3], "uint8");
	const scaled = graph.mul(bytesToPlanes(graph, frame), graph.constant(Float32Array.of(1 / 127.5), []));
	const run = buildSsd<string>(weights, (layer) => (x) => convolve(graph, x, layer));
	const grids = run(graph.sub(scaled, graph.constant(Float32Array.of(1), [])));
	const list = (planes: string, shape: readonly number[]) =>
		graph.reshape(graph.transpose(planes, [0, 2, 3, 1]), shape);
	const logits = grids.map((grid) => list(grid.logits, [-1]));
	const encodings = grids.map((grid) => list(grid.encodings, [-1, 4]));
	graph.output("logits", graph.concat(logits, 0), ["n"]);
	graph.output("encodings", graph.concat(encodings, 0), ["n", 4]);
	return graph.encode();
}

function convolve(graph: GraphBuilder, x: string, layer: SsdConvolution): string {
	const { filter, bias, isDepthwise, stride, pads, isClipped } = layer;
	const sum = graph.conv(x, {
		weights: isDepthwise ? toDepthwise(filter) : toOutInHeightWidth(filter),
		bias,
		groups: isDepthwise ? bias.length : 1,
		strides: [stride, stride],
		pads,
	});
	return isClipped ? graph.clip(sum, 0, 6) : sum;
}
