/**
 * Made-up weights and inputs for FaceNet that every implementation of the generator makes bit for bit alike, so that
 * golden values can be computed elsewhere: FNV-1a of a name seeds xorshift32. See test/fixtures/facenet/README.md.
 */

import type { RgbImage } from "../../../src/image/rgb-image.ts";
import { INPUT_SIDE } from "../../../src/nets/facenet/architecture.ts";
import { weightKey } from "../../../src/nets/facenet/folded-parameters.ts";
import { type WeightKind, weightedLayers } from "../../../src/nets/facenet/layers.ts";
import { normaliseChips } from "../../../src/nets/facenet/normalise-chips.ts";
import type { WeightTensor } from "../../../src/nets/weights.ts";

/** FNV-1a, 32 bits, of an ASCII string. */
export function fnv1a(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
	return hash;
}

/** Numbers from 0 to below 2^24. */
export function integers(key: string): () => number {
	let state = fnv1a(key);
	const next = (): number => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state >>> 8;
	};
	for (let i = 0; i < 8; i++) next();
	return next;
}

/** One tensor of the published network. */
export function generatedTensor(layer: string, kind: WeightKind, shape: readonly number[]): WeightTensor {
	const next = integers(weightKey(layer, kind));
	const length = shape.reduce((product, size) => product * size, 1);
	const range = kind === "kernel" ? Math.sqrt(6 / (length / shape.at(-1)!)) : 0.1;
	const data = new Float32Array(length);
	for (let i = 0; i < length; i++) {
		const u = next() / 2 ** 24;
		data[i] = kind === "moving_variance" ? 0.5 + u : range * (2 * u - 1);
	}
	return { shape, data };
}

/** All 490 tensors. */
export function generatedWeights(dimension: number): Map<string, WeightTensor> {
	return new Map(
		weightedLayers(dimension).flatMap(({ name, weights }) =>
			weights.map(({ kind, shape }) => [weightKey(name, kind), generatedTensor(name, kind, shape)] as const),
		),
	);
}

/** Noise, rows x columns x channels, -1 to 1. */
export function inputA(): Float32Array {
	const next = integers("input/a");
	return Float32Array.from({ length: INPUT_SIDE * INPUT_SIDE * 3 }, () => 2 * (next() / 2 ** 24) - 1);
}

/** Coloured squares of 16 x 16 pixels, -1 to 1. */
export function inputB(): Float32Array {
	const next = integers("input/b");
	const grid = Float32Array.from({ length: 300 }, () => 2 * (next() / 2 ** 24) - 1);
	return Float32Array.from({ length: INPUT_SIDE * INPUT_SIDE * 3 }, (_, i) => {
		const pixel = Math.floor(i / 3);
		const row = Math.floor(pixel / INPUT_SIDE / 16);
		const column = Math.floor((pixel % INPUT_SIDE) / 16);
		return grid[(row * 10 + column) * 3 + (i % 3)]!;
	});
}

/** A chip of noise. */
export function inputBytes(): Uint8Array {
	const next = integers("input/u8");
	return Uint8Array.from({ length: INPUT_SIDE * INPUT_SIDE * 3 }, () => next() >>> 16);
}

/** The inputs of the golden embeddings by name: two of floats, and one chip in four normalisations. */
export const goldenInputs: Readonly<Record<string, () => Float32Array>> = {
	a: inputA,
	b: inputB,
	"u8/base": () => Float32Array.from(inputBytes(), (value) => value / 255),
	"u8/facenet": () => normaliseChips([inputChip()], "per-image"),
	"u8/facenet2018": () => Float32Array.from(inputBytes(), (value) => value / 127.5 - 1),
	"u8/fixed": () => normaliseChips([inputChip()], "fixed"),
};

function inputChip(): RgbImage {
	return { width: INPUT_SIDE, height: INPUT_SIDE, data: inputBytes() };
}
