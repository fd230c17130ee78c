/**
 * Reads the layers of a Keras weight file (HDF5, as `save_weights` or `model.save` of Keras 2 write it): one group per
 * layer, listed in the attribute `layer_names`; its tensors' paths in the attribute `weight_names`.
 */
import { Dataset, type Group, File as Hdf5File, ready } from "h5wasm/node";
import { AppError } from "../../errors.ts";

export interface KerasTensor {
	/** Last part of its path, e.g. "kernel". */
	readonly kind: string;
	readonly shape: readonly number[];
	/** Row-major numbers, copied out of the file. */
	read(): Float32Array;
}

export interface KerasLayer {
	readonly name: string;
	readonly tensors: readonly KerasTensor[];
}

/**
 * Opens a file, hands its layers over and closes it again.
 * @param use is given the layers that have weights, in the order of the file; tensors can be read until it returns
 * @throws AppError INVALID_WEIGHT_FILE where the file is no HDF5 file, is damaged or not laid out by Keras;
 * what `use` throws
 */
export async function withKerasFile<T>(file: string, use: (layers: readonly KerasLayer[]) => T): Promise<T> {
	const hdf5 = await ready;
	// without it the library prints its complaints and goes on with a handle that leads nowhere
	hdf5.activate_throwing_error_handler();
	const opened = guarded(file, () => new Hdf5File(file, "r"));
	try {
		return use(guarded(file, () => readLayers(opened, file)));
	} finally {
		// a reader that broke down over a damaged file can't close it either
		guarded(file, () => opened.close());
	}
}

/** Whatever the library throws at a damaged file, in one shape. */
function guarded<T>(path: string, read: () => T): T {
	try {
		return read();
	} catch (cause) {
		if (cause instanceof AppError) throw cause;
		throw new AppError(
			"INVALID_WEIGHT_FILE",
			`Expected ${path} to be an undamaged HDF5 file but its reader says: ${innermostReason(cause)}.`,
			{
				hint: "The file is damaged or something else; fetch it anew.",
				cause,
			},
		);
	}
}

function readLayers(file: Group, path: string): KerasLayer[] {
	const root = "layer_names" in file.attrs ? file : file.get("model_weights");
	if (!isGroup(root) || !("layer_names" in root.attrs)) {
		throw invalid(path, "a list `layer_names` of the kind Keras writes", "none");
	}
	return textList(root, "layer_names", path)
		.map((name) => readLayer(root, name, path))
		.filter(({ tensors }) => tensors.length > 0);
}

function readLayer(root: Group, name: string, path: string): KerasLayer {
	const group = root.get(name);
	if (!isGroup(group)) throw invalid(path, `a group ${name}, which \`layer_names\` lists`, "none");
	const tensors = textList(group, "weight_names", path).map((place): KerasTensor => {
		const dataset = group.get(place);
		if (!(dataset instanceof Dataset)) throw invalid(path, `a tensor ${place} in ${name}`, "none");
		if (dataset.dtype !== "<f") throw invalid(path, `float32 numbers in ${place}`, String(dataset.dtype));
		return {
			kind: place.slice(place.lastIndexOf("/") + 1).replace(/:0$/, ""),
			shape: dataset.shape ?? [],
			read: () => guarded(path, () => dataset.value as Float32Array),
		};
	});
	return { name, tensors };
}

/** A list of strings, of fixed or variable length; a layer without weights has an empty list of numbers instead. */
function textList(group: Group, attribute: string, path: string): string[] {
	const value = group.attrs[attribute]?.value;
	if (ArrayBuffer.isView(value) && value.byteLength === 0) return [];
	if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) {
		throw invalid(path, `a list of names in \`${attribute}\` of ${group.path}`, typeof value);
	}
	return value;
}

function isGroup(entity: unknown): entity is Group {
	return typeof entity === "object" && entity !== null && "keys" in entity && "attrs" in entity;
}

function invalid(path: string, expected: string, received: string): AppError {
	return new AppError("INVALID_WEIGHT_FILE", `Expected ${expected} in ${path} but received ${received}.`, {
		hint: "It should be the file that `models fetch` downloads.",
	});
}

/** The innermost of the reasons that the HDF5 library stacks up. */
function innermostReason(error: unknown): string {
	const reasons = [...String(error).matchAll(/in \w+\(\): (.+)$/gm)];
	return reasons.at(-1)?.[1] ?? (error instanceof Error ? error.message : String(error));
}
