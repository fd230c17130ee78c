/** Inception-ResNet-v1 on TensorFlow.js: the back end for any of its own back ends. */
import type * as tf from "@tensorflow/tfjs";
import { INPUT_SIDE } from "../../nets/facenet/architecture.ts";
import type { FoldedParameters } from "../../nets/facenet/folded-parameters.ts";
import {
	type ConvSettings,
	type LayerObserver,
	type NetworkOperations,
	runNetwork,
} from "../../nets/facenet/network.ts";

type TensorFlow = Pick<
	typeof tf,
	| "tidy"
	| "transpose"
	| "tensor"
	| "add"
	| "mul"
	| "relu"
	| "tensor4d"
	| "fused"
	| "maxPool"
	| "concat"
	| "mean"
	| "matMul"
>;

export interface TensorflowNetwork {
	/**
	 * @param pixels normalised chips, batch x INPUT_SIDE x INPUT_SIDE x 3
	 * @param observe is told each layer's result, NHWC; the tensor is freed when the call returns
	 * @returns batch x dimension raw values, to be disposed of by the caller
	 */
	run(pixels: Float32Array, observe?: LayerObserver<tf.Tensor>): tf.Tensor;
	/** Frees the parameters. */
	dispose(): void;
}

/** @param tensorflow the module that the engine has made ready; its current back end is used */
export function createTensorflowNetwork(
	tensorflow: TensorFlow,
	parameters: FoldedParameters,
): TensorflowNetwork {
	const tensors = new Map<string, tf.Tensor>();
	for (const [name, { data, shape }] of parameters) {
		tensors.set(
			name,
			tensorflow.tidy(() => {
				const tensor = tensorflow.tensor(data, [...shape]);
				// kernels are kept as out, in, height, width
				return shape.length === 4 ? tensorflow.transpose(tensor, [2, 3, 1, 0]) : tensor;
			}),
		);
	}
	const parameter = (name: string): tf.Tensor => tensors.get(name)!;
	const operations = tensorflowOperations(tensorflow, parameter);
	return {
		run(pixels, observe) {
			return tensorflow.tidy(() => {
				const shape: [number, number, number, number] = [-1, INPUT_SIDE, INPUT_SIDE, 3];
				shape[0] = pixels.length / (INPUT_SIDE * INPUT_SIDE * 3);
				return runNetwork<tf.Tensor>(operations, tensorflow.tensor4d(pixels, shape), observe);
			});
		},
		dispose() {
			for (const tensor of tensors.values()) tensor.dispose();
			tensors.clear();
		},
	};
}

function tensorflowOperations(
	tensorflow: TensorFlow,
	parameter: (name: string) => tf.Tensor,
): NetworkOperations<tf.Tensor> {
	return {
		conv(x: tf.Tensor, layer: string, { stride, padding, hasRelu }: ConvSettings): tf.Tensor {
			return tensorflow.fused.conv2d({
				x: x as tf.Tensor4D,
				filter: parameter(`${layer}/kernel`) as tf.Tensor4D,
				bias: parameter(`${layer}/bias`),
				strides: stride,
				pad: padding,
				activation: hasRelu ? "relu" : "linear",
			});
		},
		maxPool: (x) => tensorflow.maxPool(x as tf.Tensor4D, 3, 2, "valid"),
		concat: (branches) => tensorflow.concat([...branches], 3),
		add(x, y, hasRelu) {
			const sum = tensorflow.add(x, y);
			return hasRelu ? tensorflow.relu(sum) : sum;
		},
		globalMean: (x) => tensorflow.mean(x, [1, 2]),
		bottleneck: (x) => tensorflow.matMul(x as tf.Tensor2D, parameter("Bottleneck/kernel") as tf.Tensor2D),
		bottleneckBatchNorm: (x) =>
			tensorflow.add(
				tensorflow.mul(x, parameter("Bottleneck_BatchNorm/scale")),
				parameter("Bottleneck_BatchNorm/bias"),
			),
	};
}
