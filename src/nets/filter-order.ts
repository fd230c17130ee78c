/** Filters are kept in TensorFlow's order by who publishes them; ONNX wants another. */
import type { WeightTensor } from "./weights.ts";

/** A filter from height, width, in, out to out, in, height, width. */
export function toOutInHeightWidth({ shape, data }: WeightTensor): WeightTensor {
	const [height, width, numIn, numOut] = shape as [number, number, number, number];
	const area = height * width;
	const result = new Float32Array(data.length);
	for (let place = 0, from = 0; place < area; place++) {
		for (let i = 0; i < numIn; i++) {
			for (let o = 0; o < numOut; o++, from++) result[(o * numIn + i) * area + place] = data[from]!;
		}
	}
	return { shape: [numOut, numIn, height, width], data: result };
}
