import { describe, expect, it } from "vitest";
import type { KerasLayer } from "../../../src/nets/facenet/keras-file.ts";
import { weightedLayers } from "../../../src/nets/facenet/layers.ts";
import { canonicalLayerName, matchLayers } from "../../../src/nets/facenet/match-layers.ts";
import { golden } from "../../helpers/facenet/facenet-golden.ts";

/** One number that stands for a tensor's numbers: these tests are about which tensor goes where. */
type Labelled = KerasLayer & { readonly label: number };

/** The layers of a right file; the numbers of layer i are all i. */
function fileLayers(dimension = 128): Labelled[] {
	return weightedLayers(dimension).map(({ name, weights }, label) => ({
		name,
		label,
		tensors: weights.map(({ kind, shape }) => ({ kind, shape, read: () => Float32Array.of(label) })),
	}));
}

function rename(layers: readonly Labelled[], name: (layer: Labelled, place: number) => string): Labelled[] {
	return layers.map((layer, place) => ({ ...layer, name: name(layer, place) }));
}

/** Exchanges two places. */
function swap<T>(list: readonly T[], a: number, b: number): T[] {
	const swapped = [...list];
	swapped[a] = list[b]!;
	swapped[b] = list[a]!;
	return swapped;
}

/** Which layer's numbers each tensor got. */
function labels(layers: readonly KerasLayer[], dimension = 128): Map<string, number> {
	return new Map([...matchLayers(layers, dimension)].map(([key, { data }]) => [key, data[0]!]));
}

const right = labels(fileLayers());
/** Two layers of the same kind and shape that stand in different places: nothing but their names tells them apart. */
const twin = (name: string) => fileLayers().findIndex((layer) => layer.name === name);
const TWINS = [twin("Block35_1_Branch_1_Conv2d_0a_1x1"), twin("Block35_2_Branch_1_Conv2d_0a_1x1")] as const;

describe("canonicalLayerName", () => {
	it("undoes deepface's spelling of 78 layers and changes no other name", () => {
		const respelled = golden.layers.filter(({ deepfaceName }) => deepfaceName !== undefined);
		expect(respelled).toHaveLength(78);
		for (const { name, deepfaceName } of golden.layers) {
			expect(canonicalLayerName(deepfaceName ?? name)).toBe(name);
			expect(canonicalLayerName(name)).toBe(name);
		}
	});
});

describe("matchLayers", () => {
	it("gives all 490 tensors of a file with the usual names", () => {
		expect(right.size).toBe(490);
		expect(right.get("Conv2d_1a_3x3_BatchNorm/moving_mean")).toBe(1);
	});

	it("gives the same for deepface's spelling", () => {
		const spelling = new Map(golden.layers.map(({ name, deepfaceName }) => [name, deepfaceName ?? name]));
		expect(labels(rename(fileLayers(), ({ name }) => spelling.get(name) ?? name))).toEqual(right);
	});

	it("goes by name where the order is another one", () => {
		expect(labels(fileLayers().reverse())).toEqual(right);
	});

	it("goes by order where the names are unknown", () => {
		expect(labels(rename(fileLayers(), (_, place) => `layer_${place}`))).toEqual(right);
	});

	it("goes by order where one name is unknown and the others stand in their places", () => {
		const layers = rename(fileLayers(), ({ name }) => (name === "Bottleneck" ? "dense_1" : name));
		expect(labels(layers)).toEqual(right);
	});

	it("refuses a mixture: unknown names among familiar ones that stand elsewhere", () => {
		const layers = rename(fileLayers(), ({ name }) => (name === "Bottleneck" ? "dense_1" : name));
		expect(() => matchLayers(swap(layers, ...TWINS), 128)).toThrow(
			/^Expected Block35_1_Branch_1_Conv2d_0a_1x1 in place \d+ of a file with unknown layer names/,
		);
	});

	it("refuses a file with a layer too few or too many", () => {
		expect(() => matchLayers(fileLayers().slice(1), 128)).toThrow("Expected 245 layers with weights");
		const extra = { name: "Logits", label: 245, tensors: fileLayers().at(-1)!.tensors };
		expect(() => matchLayers([...fileLayers(), extra], 128)).toThrow("but received 246");
	});

	it("refuses two layers of one name", () => {
		const layers = rename(fileLayers(), ({ name }) =>
			name === "Block17_3_Branch_1_Conv2d_0a_1x1" ? "Block17_2_Branch_2_Conv2d_0a_1x1" : name,
		);
		expect(() => matchLayers(layers, 128)).toThrow("Expected one layer Block17_2_Branch_1_Conv2d_0a_1x1");
	});

	it("refuses the 128-d file for the 512-d model, naming the layer", () => {
		expect(() => matchLayers(fileLayers(128), 512)).toThrow(
			"Expected shape [1792, 512] for kernel of Bottleneck in the weight file but received [1792, 128].",
		);
	});

	it("refuses unknown names in the order of another definition, by the first shape that does not fit", () => {
		const layers = rename(swap(fileLayers(), 0, 2), (_, place) => `layer_${place}`);
		expect(() => matchLayers(layers, 128)).toThrow(
			"Expected shape [3, 3, 3, 32] for kernel of Conv2d_1a_3x3 (there layer_0)",
		);
	});

	it("refuses a normalisation with a gamma and a tensor of another kind", () => {
		const withGamma = fileLayers().map((layer) =>
			layer.name === "Conv2d_1a_3x3_BatchNorm"
				? { ...layer, tensors: [{ ...layer.tensors[0]!, kind: "gamma" }, ...layer.tensors] }
				: layer,
		);
		expect(() => matchLayers(withGamma, 128)).toThrow("Expected 3 tensors in Conv2d_1a_3x3_BatchNorm");
		const swapped = fileLayers().map((layer) =>
			layer.name === "Conv2d_1a_3x3_BatchNorm" ? { ...layer, tensors: swap(layer.tensors, 0, 1) } : layer,
		);
		expect(() => matchLayers(swapped, 128)).toThrow("Expected beta as tensor 0 of Conv2d_1a_3x3_BatchNorm");
	});
});
