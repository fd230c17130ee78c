/** Filters are kept in TensorFlow's order by who publishes them; ONNX wants another. */
import type { WeightTensor } from "./weights.ts";

/** Channels that are moved at a time, so that what is read and written stays in the processor's cache. */
const TILE = 16;

/** A filter from height, width, in, out to out, in, height, width. */
export function toOutInHeightWidth({ shape, data }: WeightTensor): WeightTensor {
	const [height, width, numIn, numOut] = shape as [number, number, number, number];
	const area = height * width;
	const result = new Float32Array(data.length);
	for (let start = 0; start < numIn; start += TILE) {
		const end = Math.min(numIn, start + TILE);
		for (let o = 0; o < numOut; o++) {
			for (let i = start; i < end; i++) {
				const to = (o * numIn + i) * area;
				for (let place = 0, from = i * numOut + o; place < area; place++, from += numIn * numOut)
					result[to + place] = data[from]!;
			}
		}
	}
	return { shape: [numOut, numIn, height, width], data: result };
}
