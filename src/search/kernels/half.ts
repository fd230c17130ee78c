/**
 * Numbers of float16 (IEEE 754 binary16) as bits. Moved by 2^112, a float32 has its exponent where a float16 would, also
 * of a subnormal number: so that bits need only be shifted.
 */

const SHIFT = 2 ** 112;
const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

/** @param value of at most 65504 in size; rounded to the nearest float16, halves to even */
export function encodeHalf(value: number): number {
	floats[0] = value / SHIFT;
	const word = words[0] as number;
	const rounded = ((word & 0x7fffffff) + 0xfff + ((word >>> 13) & 1)) >>> 13;
	return ((word >>> 16) & 0x8000) | rounded;
}

/** What each of the 65,536 stands for: made when first asked for, as looking it up takes a tenth of shifting its bits. */
let decoded: Float32Array | undefined;

/** Exactly; what stands for infinity or no number becomes a number beyond 65504. */
export function decodeHalf(half: number): number {
	decoded ??= Float32Array.from({ length: 65536 }, (_, bits) => decodeBits(bits));
	return decoded[half] as number;
}

function decodeBits(half: number): number {
	words[0] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
	return (floats[0] as number) * SHIFT;
}
