/** Runs FaceNet on both back ends in the same shape, for tests and benchmarks. */

import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { encodeOnnxNetwork } from "../../../src/engines/onnx/facenet-graph.ts";
import type { OnnxModel } from "../../../src/engines/onnx/onnx-encoder.ts";
import { createTensorflowNetwork } from "../../../src/engines/tensorflow/facenet-layers.ts";
import { INPUT_SIDE } from "../../../src/nets/facenet/architecture.ts";
import type { FoldedParameters } from "../../../src/nets/facenet/folded-parameters.ts";

/** Numbers in rows x columns x channels. */
export interface LayerResult {
	readonly shape: readonly number[];
	readonly data: Float32Array;
}

export interface RunningNetwork {
	/** Raw embeddings of normalised chips, one after the other. */
	run(pixels: Float32Array): Promise<Float32Array>;
	/** What the given layers make of one chip. */
	observe(pixels: Float32Array, layers: readonly string[]): Promise<Map<string, LayerResult>>;
	close(): Promise<void>;
}

export const networkMakers: Readonly<
	Record<"onnx" | "wasm", (parameters: FoldedParameters) => Promise<RunningNetwork>>
> = { onnx: onnxNetwork, wasm: wasmNetwork };

/** A session on one thread. */
export async function onnxSession({ graph, externalData }: OnnxModel): Promise<InferenceSession> {
	return InferenceSession.create(graph, { externalData, intraOpNumThreads: 1, logSeverityLevel: 3 });
}

/** Raw embeddings by a session of `encodeOnnxNetwork`'s inputs and outputs. */
export async function runOnnx(session: InferenceSession, pixels: Float32Array): Promise<Float32Array> {
	const shape = [pixels.length / (INPUT_SIDE * INPUT_SIDE * 3), INPUT_SIDE, INPUT_SIDE, 3];
	const results = await session.run({ chips: new Tensor("float32", pixels, shape) });
	return results.embeddings!.data as Float32Array;
}

async function onnxNetwork(parameters: FoldedParameters): Promise<RunningNetwork> {
	const session = await onnxSession(encodeOnnxNetwork(parameters));
	return {
		run: (pixels) => runOnnx(session, pixels),
		async observe(pixels, layers) {
			const observing = await onnxSession(encodeOnnxNetwork(parameters, layers));
			const chips = new Tensor("float32", pixels, [1, INPUT_SIDE, INPUT_SIDE, 3]);
			const results = await observing.run({ chips });
			await observing.release();
			return new Map(layers.map((layer) => [layer, channelsLast(results[layer] as Tensor)]));
		},
		close: () => session.release(),
	};
}

async function wasmNetwork(parameters: FoldedParameters): Promise<RunningNetwork> {
	const packageFile = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
	setWasmPaths(path.join(path.dirname(packageFile), "dist/"));
	await tf.setBackend("wasm");
	await tf.ready();
	const network = createTensorflowNetwork(tf, parameters);
	return {
		run: (pixels) => read(network.run(pixels)),
		async observe(pixels, layers) {
			const results = new Map<string, LayerResult>();
			const embeddings = network.run(pixels, (layer, value) => {
				if (layers.includes(layer)) {
					results.set(layer, { shape: value.shape.slice(1), data: value.dataSync() as Float32Array });
				}
			});
			embeddings.dispose();
			return results;
		},
		close: async () => network.dispose(),
	};
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
	const values = await tensor.data<"float32">();
	tensor.dispose();
	return values;
}

/** Of the first in the batch. */
function channelsLast({ dims, data }: Tensor): LayerResult {
	const numbers = data as Float32Array;
	const [, channels = 1, height, width] = dims;
	if (height === undefined || width === undefined) return { shape: [channels], data: numbers };
	const turned = new Float32Array(numbers.length);
	for (let channel = 0; channel < channels; channel++) {
		for (let place = 0; place < height * width; place++) {
			turned[place * channels + channel] = numbers[channel * height * width + place]!;
		}
	}
	return { shape: [height, width, channels], data: turned };
}
