/**
 * face-api's face detector on TensorFlow.js, in operations of its own: the package's net is bound to square frames of
 * 512 pixels, and would see another photo than onnxruntime where the photo is not square.
 */
import type * as tf from "@tensorflow/tfjs";
import { buildSsd, type SsdConvolution } from "../../nets/ssd/network.ts";
import type { Weights } from "../../nets/weights.ts";

type TensorFlow = Pick<
	typeof tf,
	"tidy" | "tensor" | "tensor4d" | "tensor1d" | "pad4d" | "fused" | "concat" | "div" | "sub" | "cast"
>;

export interface TensorflowSsd {
	/**
	 * @param frame height x width x 3, values of 0 to 255
	 * @returns anchor after anchor: n logits and n x 4 encodings, to be disposed of by the caller
	 */
	run(frame: tf.Tensor3D): [logits: tf.Tensor, encodings: tf.Tensor];
	/** Frees the parameters. */
	dispose(): void;
}

export function createTensorflowSsd(tensorflow: TensorFlow, weights: Weights): TensorflowSsd {
	const parameters: tf.Tensor[] = [];
	const predict = buildSsd<tf.Tensor4D>(weights, (layer) => {
		const filter = tensorflow.tensor4d(
			layer.filter.data,
			layer.filter.shape as [number, number, number, number],
		);
		const bias = tensorflow.tensor1d(layer.bias);
		parameters.push(filter, bias);
		return (x) => convolve(tensorflow, x, filter, bias, layer);
	});
	return {
		run(frame) {
			const [height, width] = frame.shape;
			const values = tensorflow.sub(tensorflow.div(tensorflow.cast(frame, "float32"), 127.5), 1);
			const grids = predict(values.reshape([1, height, width, 3]));
			return [
				tensorflow.concat(grids.map(({ logits }) => logits.reshape([-1]))),
				tensorflow.concat(grids.map(({ encodings }) => encodings.reshape([-1, 4]))),
			];
		},
		dispose() {
			for (const tensor of parameters) tensor.dispose();
		},
	};
}

function convolve(
	tensorflow: TensorFlow,
	x: tf.Tensor4D,
	filter: tf.Tensor4D,
	bias: tf.Tensor1D,
	{ isDepthwise, stride, pads: [top, left, bottom, right], isClipped }: SsdConvolution,
): tf.Tensor4D {
	// not every back end takes other paddings than TensorFlow's "same" and "valid"
	const isSame = stride === 1;
	const settings = {
		x: isSame
			? x
			: tensorflow.pad4d(x, [
					[0, 0],
					[top, bottom],
					[left, right],
					[0, 0],
				]),
		filter,
		bias,
		strides: stride,
		pad: isSame ? "same" : "valid",
		activation: isClipped ? "relu6" : "linear",
	} as const;
	return isDepthwise ? tensorflow.fused.depthwiseConv2d(settings) : tensorflow.fused.conv2d(settings);
}
