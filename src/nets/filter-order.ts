/** Filters are kept in TensorFlow's order by who publishes them; ONNX wants another. */
import { numberOfByte, type WeightTensor } from "./weights.ts";

/** Channels that are moved at a time, so that what is read and written stays in the processor's cache. */
const TILE = 16;

/**
 * A filter from height, width, in, out to out, in, height, width. Numbers that are stored in bytes become floats on
 * the way: the megabytes are touched once.
 * @param factors by which each out channel is multiplied; default 1
 */
export function toOutInHeightWidth(filter: WeightTensor, factors?: Float32Array): WeightTensor {
	const { shape, quantised } = filter;
	const [height, width, numIn, numOut] = shape as [number, number, number, number];
	const data = quantised
		? reorder(quantised.bytes, height * width, numIn, numOut, numberOfByte(quantised))
		: reorder(filter.data, height * width, numIn, numOut);
	if (factors) {
		const perChannel = data.length / numOut;
		for (let o = 0, i = 0; o < numOut; o++) {
			for (const end = i + perChannel; i < end; i++) data[i]! *= factors[o]!;
		}
	}
	return { shape: [numOut, numIn, height, width], data };
}

/** @param numbers that each value of `source` stands for; default: itself */
function reorder(
	source: Uint8Array | Float32Array,
	area: number,
	numIn: number,
	numOut: number,
	numbers?: Float32Array,
): Float32Array {
	const result = new Float32Array(source.length);
	for (let start = 0; start < numIn; start += TILE) {
		const end = Math.min(numIn, start + TILE);
		for (let o = 0; o < numOut; o++) {
			for (let i = start; i < end; i++) {
				const to = (o * numIn + i) * area;
				for (let place = 0, from = i * numOut + o; place < area; place++, from += numIn * numOut) {
					const value = source[from]!;
					result[to + place] = numbers ? numbers[value]! : value;
				}
			}
		}
	}
	return result;
}
