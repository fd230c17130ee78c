/**
 * The folded parameters as bytes, so that starting up costs one read instead of a conversion:
 * length of the JSON part (uint32, little-endian), JSON { model, sourceSha256, tensors: [{ name, shape }] },
 * zeros up to a multiple of four, then the tensors' float32 numbers one after the other.
 */

import { AppError } from "../../errors.ts";
import type { WeightTensor } from "../weights.ts";
import type { FoldedParameters } from "./folded-parameters.ts";

export interface ConvertedWeights {
	/** The model they are of, e.g. "facenet512". */
	readonly model: string;
	/** Of the weight file that was converted. */
	readonly sourceSha256: string;
	readonly parameters: FoldedParameters;
}

interface Header {
	readonly model: string;
	readonly sourceSha256: string;
	readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export function encodeParameters({ model, sourceSha256, parameters }: ConvertedWeights): Uint8Array {
	const tensors = [...parameters].map(([name, { shape }]) => ({ name, shape }));
	const header = new TextEncoder().encode(JSON.stringify({ model, sourceSha256, tensors } satisfies Header));
	const start = numbersOffset(header.length);
	const numNumbers = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
	const bytes = new Uint8Array(start + numNumbers * 4);
	new DataView(bytes.buffer).setUint32(0, header.length, true);
	bytes.set(header, 4);
	const numbers = new Float32Array(bytes.buffer, start);
	let offset = 0;
	for (const { data } of parameters.values()) {
		numbers.set(data, offset);
		offset += data.length;
	}
	return bytes;
}

/**
 * @param bytes start at a multiple of four in their buffer; the tensors are views into it
 * @throws AppError INVALID_WEIGHT_CACHE where lengths do not fit
 */
export function decodeParameters(bytes: Uint8Array<ArrayBuffer>): ConvertedWeights {
	const headerLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
	const { model, sourceSha256, tensors }: Header = JSON.parse(
		new TextDecoder().decode(bytes.subarray(4, 4 + headerLength)),
	);
	const parameters = new Map<string, WeightTensor>();
	let offset = numbersOffset(headerLength);
	for (const { name, shape } of tensors) {
		const length = shape.reduce((product, size) => product * size, 1);
		if (offset + length * 4 > bytes.length) break;
		const data = new Float32Array(bytes.buffer, bytes.byteOffset + offset, length);
		parameters.set(name, { shape, data });
		offset += length * 4;
	}
	if (parameters.size !== tensors.length || offset !== bytes.length) {
		throw new AppError(
			"INVALID_WEIGHT_CACHE",
			`Expected the numbers of ${tensors.length} tensors but received ${bytes.length} bytes, which do not fit them.`,
			{ hint: `Run \`celebrity-faces models fetch ${model}\` again.` },
		);
	}
	return { model, sourceSha256, parameters };
}

function numbersOffset(headerLength: number): number {
	return Math.ceil((4 + headerLength) / 4) * 4;
}
