/**
 * The nets' weights, read from the npm package that ships them and checked against `models/manifest.json`,
 * so that an updated or damaged package cannot silently change every embedding.
 * Format: TensorFlow.js weights, a JSON list of names and shapes beside one binary file of bytes that are
 * dequantised as byte x scale + min.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { AppError } from "../errors.ts";

export type NetName = "ssd" | "landmarks" | "recognition";

export interface WeightTensor {
	readonly shape: readonly number[];
	/** Row-major, in TensorFlow's order: filters are height, width, in channels, out channels. */
	readonly data: Float32Array;
	/** The same numbers as they are stored, where that is in bytes; `data` is then only made when it is asked for. */
	readonly quantised?: QuantisedNumbers;
}

/** Numbers in a byte each: byte x scale + min. */
export interface QuantisedNumbers {
	readonly bytes: Uint8Array;
	readonly scale: number;
	readonly min: number;
}

/** Tensors by the name the net's authors gave them. */
export type Weights = ReadonlyMap<string, WeightTensor>;

export interface WeightFile {
	/** Path inside the source package. */
	readonly path: string;
	readonly sha256: string;
	readonly bytes: number;
}

/** One entry of `models/manifest.json`. */
export interface NetManifest {
	readonly name: string;
	/** npm package that the files come from. */
	readonly source: string;
	readonly licence: string;
	/** The list of tensors, then their numbers. */
	readonly files: readonly [WeightFile, WeightFile];
}

interface TensorEntry {
	readonly name: string;
	readonly shape: readonly number[];
	readonly dtype: string;
	readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

export type ReadBytes = (file: string) => Promise<Uint8Array>;

/** `models/` lies beside `src/` and `dist/` alike. */
const MANIFEST_FILE = path.join(import.meta.dirname, "../../models/manifest.json");

/**
 * Reads and checks the weights of one net.
 * @param read how a file is read; default from disk
 * @throws AppError WEIGHTS_MISMATCH when a file is missing or is not the one of the manifest
 */
export async function loadWeights(net: NetName, read: ReadBytes = readFile): Promise<Weights> {
	const { source, files } = await readNetManifest(net, read);
	const folder = path.dirname(createRequire(import.meta.url).resolve(`${source}/package.json`));
	const [list, numbers] = await Promise.all(
		files.map(async (file) =>
			checkFile(file, source, await readOrExplain(path.join(folder, file.path), read)),
		),
	);
	const manifest = JSON.parse(new TextDecoder().decode(list)) as { weights: TensorEntry[] }[];
	return decodeWeights(
		manifest.flatMap(({ weights }) => weights),
		numbers!,
	);
}

/** The manifest's entry of a net: what a converted copy of its weights depends on. */
export async function readNetManifest(net: NetName, read: ReadBytes = readFile): Promise<NetManifest> {
	const { nets } = JSON.parse(new TextDecoder().decode(await read(MANIFEST_FILE))) as { nets: NetManifest[] };
	const entry = nets.find(({ name }) => name === net);
	if (!entry) throw new RangeError(`Expected models/manifest.json to list "${net}" but it does not.`);
	return entry;
}

/**
 * Numbers from bytes, tensor after tensor.
 * @throws AppError WEIGHTS_MISMATCH when the bytes do not end with the last tensor
 */
export function decodeWeights(entries: readonly TensorEntry[], bytes: Uint8Array): Weights {
	const weights = new Map<string, WeightTensor>();
	let offset = 0;
	for (const { name, shape, dtype, quantization } of entries) {
		const length = shape.reduce((product, size) => product * size, 1);
		const numBytes = length * (quantization ? 1 : 4);
		if (offset + numBytes > bytes.length) break;
		const stored = bytes.subarray(offset, offset + numBytes);
		if (quantization) {
			if (quantization.dtype !== "uint8")
				throw new RangeError(`Expected uint8 in "${name}" but received ${quantization.dtype}.`);
			const { scale, min } = quantization;
			weights.set(name, quantisedTensor(shape, { bytes: stored, scale, min }));
		} else {
			if (dtype !== "float32") throw new RangeError(`Expected float32 in "${name}" but received ${dtype}.`);
			weights.set(name, { shape, data: readFloats(stored) });
		}
		offset += numBytes;
	}
	if (offset !== bytes.length || weights.size !== entries.length) {
		throw new AppError(
			"WEIGHTS_MISMATCH",
			`Expected ${entries.length} tensors to fill ${bytes.length} bytes of weights but ${weights.size} filled ${offset}.`,
			{ hint: "Install the packages anew with `npm ci`." },
		);
	}
	return weights;
}

function quantisedTensor(shape: readonly number[], quantised: QuantisedNumbers): WeightTensor {
	let data: Float32Array | undefined;
	return {
		shape,
		quantised,
		get data() {
			data ??= dequantise(quantised);
			return data;
		},
	};
}

/** The number that each of the 256 bytes stands for. */
export function numberOfByte({ scale, min }: Omit<QuantisedNumbers, "bytes">): Float32Array {
	return Float32Array.from({ length: 256 }, (_, byte) => byte * scale + min);
}

function dequantise({ bytes, ...range }: QuantisedNumbers): Float32Array {
	const numbers = numberOfByte(range);
	const data = new Float32Array(bytes.length);
	for (let i = 0; i < data.length; i++) data[i] = numbers[bytes[i]!]!;
	return data;
}

/** Little-endian floats that may begin at any byte. */
function readFloats(bytes: Uint8Array): Float32Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

/** A tensor that has to be there. @throws RangeError where the weights have no such tensor */
export function tensorOf(weights: Weights, name: string): WeightTensor {
	const tensor = weights.get(name);
	if (!tensor) throw new RangeError(`Expected weights named "${name}" but there are none.`);
	return tensor;
}

async function readOrExplain(file: string, read: ReadBytes): Promise<Uint8Array> {
	try {
		return await read(file);
	} catch (cause) {
		throw new AppError("WEIGHTS_MISMATCH", `Expected weights in ${path.basename(file)} but can't read it.`, {
			hint: "Install the packages anew with `npm ci`.",
			cause,
		});
	}
}

function checkFile(file: WeightFile, source: string, bytes: Uint8Array): Uint8Array {
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	if (bytes.length === file.bytes && sha256 === file.sha256) return bytes;
	throw new AppError(
		"WEIGHTS_MISMATCH",
		`Expected ${file.path} of ${source} to have ${file.bytes} bytes and SHA-256 ${file.sha256} but it has ${bytes.length} and ${sha256}.`,
		{ hint: "Install the packages anew with `npm ci`; package-lock.json pins the right version." },
	);
}
