/** Says which layer of a weight file is which layer of the network: by name, or else by place in the file. */

import { AppError } from "../../errors.ts";
import type { WeightTensor } from "../weights.ts";
import { type FacenetWeights, weightKey } from "./folded-parameters.ts";
import type { KerasLayer, KerasTensor } from "./keras-file.ts";
import { type WeightedLayer, weightedLayers } from "./layers.ts";

/**
 * The name a layer has in this project. deepface gives the second branch of most Block17 and Block8 the number of the
 * block (`Block17_10_Branch_10_...`); these blocks have but one branch beside branch 0.
 */
export function canonicalLayerName(name: string): string {
	return name.replace(/^(Block(?:17|8)_\d+)_Branch_[1-9]\d*_/, "$1_Branch_1_");
}

/**
 * All 490 tensors of the network.
 * @param layers of a file, in its order, those without weights left out
 * @param dimension numbers per embedding that the file should hold
 * @throws AppError INVALID_WEIGHT_FILE where layers are missing, too many, of another shape, or neither their names
 * nor their order can be believed
 */
export function matchLayers(layers: readonly KerasLayer[], dimension: number): FacenetWeights {
	const expected = weightedLayers(dimension);
	const weights = new Map<string, WeightTensor>();
	for (const { layer, from } of byName(layers, expected) ?? byOrder(layers, expected)) {
		for (const [kind, tensor] of matchTensors(layer, from)) {
			weights.set(weightKey(layer.name, kind), { shape: tensor.shape, data: tensor.read() });
		}
	}
	return weights;
}

interface Match {
	readonly layer: WeightedLayer;
	readonly from: KerasLayer;
}

/** Every layer by its name; nothing where a name is missing or left over. */
function byName(layers: readonly KerasLayer[], expected: readonly WeightedLayer[]): Match[] | undefined {
	const found = new Map<string, KerasLayer>();
	for (const from of layers) {
		const name = canonicalLayerName(from.name);
		if (found.has(name)) throw invalid(`one layer ${name}`, "two of that name");
		found.set(name, from);
	}
	const matches = expected.flatMap((layer) => {
		const from = found.get(layer.name);
		return from === undefined ? [] : [{ layer, from }];
	});
	const isComplete = matches.length === expected.length && found.size === expected.length;
	return isComplete ? matches : undefined;
}

/** Every layer by its place, as Keras itself does; a familiar name in another place than its own is refused. */
function byOrder(layers: readonly KerasLayer[], expected: readonly WeightedLayer[]): Match[] {
	if (layers.length !== expected.length) {
		throw invalid(`${expected.length} layers with weights`, `${layers.length}`);
	}
	const names = new Set(expected.map(({ name }) => name));
	return expected.map((layer, place) => {
		const from = layers[place]!;
		const name = canonicalLayerName(from.name);
		if (names.has(name) && name !== layer.name) {
			throw invalid(`${layer.name} in place ${place} of a file with unknown layer names`, from.name);
		}
		return { layer, from };
	});
}

function matchTensors(layer: WeightedLayer, from: KerasLayer) {
	const place = from.name === layer.name ? layer.name : `${layer.name} (there ${from.name})`;
	if (from.tensors.length !== layer.weights.length) {
		throw invalid(`${layer.weights.length} tensors in ${place}`, `${from.tensors.length}`);
	}
	return layer.weights.map(({ kind, shape }, i) => {
		const tensor = from.tensors[i] as KerasTensor;
		if (tensor.kind !== kind) throw invalid(`${kind} as tensor ${i} of ${place}`, tensor.kind);
		if (tensor.shape.join() !== shape.join()) {
			throw invalid(`shape [${shape.join(", ")}] for ${kind} of ${place}`, `[${tensor.shape.join(", ")}]`);
		}
		return [kind, tensor] as const;
	});
}

function invalid(expected: string, received: string): AppError {
	return new AppError(
		"INVALID_WEIGHT_FILE",
		`Expected ${expected} in the weight file but received ${received}.`,
		{ hint: "It should be the file that `models fetch` downloads." },
	);
}
