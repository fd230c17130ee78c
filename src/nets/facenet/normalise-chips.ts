/** Turns chips into the numbers the network was trained on. */
import type { Normalisation } from "../../faces/embedding-model.ts";
import type { RgbImage } from "../../image/rgb-image.ts";
import { INPUT_SIDE } from "./architecture.ts";

/** Numbers per chip: rows x columns x channels. */
const CHIP_LENGTH = INPUT_SIDE * INPUT_SIDE * 3;

/**
 * @returns chips x rows x columns x channels, row-major
 * @throws RangeError where a chip is not INPUT_SIDE pixels square
 */
export function normaliseChips(chips: readonly RgbImage[], normalisation: Normalisation): Float32Array {
	const numbers = new Float32Array(chips.length * CHIP_LENGTH);
	for (const [i, { width, height, data }] of chips.entries()) {
		if (width !== INPUT_SIDE || height !== INPUT_SIDE) {
			throw new RangeError(
				`Expected chips of ${INPUT_SIDE} x ${INPUT_SIDE} pixels but received ${width} x ${height}.`,
			);
		}
		const { mean, deviation } =
			normalisation === "fixed" ? { mean: 127.5, deviation: 128 } : statistics(data);
		const start = i * CHIP_LENGTH;
		for (let j = 0; j < CHIP_LENGTH; j++) numbers[start + j] = (data[j]! - mean) / deviation;
	}
	return numbers;
}

/** Mean and population deviation; a chip of one colour gets the floor instead of a division by zero. */
function statistics(bytes: Uint8Array): { mean: number; deviation: number } {
	let sum = 0;
	let sumOfSquares = 0;
	for (const value of bytes) {
		sum += value;
		sumOfSquares += value * value;
	}
	// both sums are integers below 2^53, so nothing is lost before the subtraction
	const mean = sum / bytes.length;
	const variance = (sumOfSquares - sum * mean) / bytes.length;
	return { mean, deviation: Math.max(Math.sqrt(Math.max(variance, 0)), 1 / Math.sqrt(bytes.length)) };
}
