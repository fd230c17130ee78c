import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type KerasTensor, withKerasFile } from "../../../src/nets/facenet/keras-file.ts";
import type { WeightKind } from "../../../src/nets/facenet/layers.ts";
import { canonicalLayerName } from "../../../src/nets/facenet/match-layers.ts";
import { generatedTensor } from "../../helpers/facenet/facenet-generator.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const FIXTURES = path.join(import.meta.dirname, "../../fixtures/facenet");

/** A damaged copy of a fixture. */
async function damaged(change: (bytes: Buffer) => Uint8Array): Promise<string> {
	const file = path.join(await temporaryFolder(), "damaged.h5");
	await writeFile(file, change(await readFile(path.join(FIXTURES, "mini_fixed_strings.h5"))));
	return file;
}

describe("withKerasFile", () => {
	it.each(["mini_fixed_strings.h5", "mini_vlen_strings.h5", "mini_full_model.h5"])(
		"reads all layers and tensors of %s, in order and bit for bit",
		async (name) => {
			const layers = await withKerasFile(path.join(FIXTURES, name), (found) =>
				found.map(({ name, tensors }) => ({
					name,
					tensors: tensors.map((tensor: KerasTensor) => ({ ...tensor, data: tensor.read() })),
				})),
			);
			expect(layers.map((layer) => [layer.name, layer.tensors.map(({ kind }) => kind)])).toEqual([
				["Conv2d_1a_3x3", ["kernel"]],
				["Conv2d_1a_3x3_BatchNorm", ["beta", "moving_mean", "moving_variance"]],
				["Block17_2_Branch_2_Conv2d_0b_1x7", ["kernel"]],
				["Block35_1_Conv2d_1x1", ["kernel", "bias"]],
				["Bottleneck", ["kernel"]],
				["Bottleneck_BatchNorm", ["beta", "moving_mean", "moving_variance"]],
			]);
			for (const layer of layers) {
				for (const { kind, shape, data } of layer.tensors) {
					const expected = generatedTensor(canonicalLayerName(layer.name), kind as WeightKind, shape);
					expect(data, `${layer.name}/${kind}`).toEqual(expected.data);
				}
			}
		},
	);

	it("gives the tensors' shapes without reading their numbers", async () => {
		const shapes = await withKerasFile(path.join(FIXTURES, "mini_vlen_strings.h5"), (layers) =>
			layers.flatMap(({ tensors }) => tensors.map(({ shape }) => shape)),
		);
		expect(shapes.slice(0, 3)).toEqual([[3, 3, 3, 4], [4], [4]]);
	});

	it.each<[string, (bytes: Buffer) => Uint8Array, RegExp]>([
		["cut by one byte", (bytes) => bytes.subarray(0, -1), /truncated file/],
		["cut in half", (bytes) => bytes.subarray(0, bytes.length / 2), /truncated file/],
		["empty", () => new Uint8Array(), /file signature not found/],
		["a web page", () => Buffer.from("<!doctype html><title>Not found</title>"), /file signature not found/],
	])("refuses a file that is %s, and says what is wrong", async (_, change, reason) => {
		const opened = withKerasFile(await damaged(change), () => "read");
		await expect(opened).rejects.toMatchObject({ code: "INVALID_WEIGHT_FILE" });
		await expect(opened).rejects.toThrow(reason);
	});

	it("refuses an HDF5 file that Keras did not write", async () => {
		const file = await damaged((bytes) =>
			Buffer.from(bytes.toString("latin1").replace("layer_names", "laxer_names"), "latin1"),
		);
		const opened = withKerasFile(file, () => "read");
		await expect(opened).rejects.toMatchObject({ code: "INVALID_WEIGHT_FILE" });
		await expect(opened).rejects.toThrow("Expected a list `layer_names` of the kind Keras writes");
	});

	it("refuses a file whose list names a layer that is not there", async () => {
		const file = await damaged((bytes) => {
			// the name stands in the list and as the group's own; the first place is changed
			const place = bytes.indexOf("Block35_1_Conv2d_1x1");
			const copy = Buffer.from(bytes);
			copy.write("Block35_9", place, "latin1");
			return copy;
		});
		await expect(withKerasFile(file, () => "read")).rejects.toMatchObject({ code: "INVALID_WEIGHT_FILE" });
	});

	it("lets an error of its user through as it is, and the file can be read again", async () => {
		const file = path.join(FIXTURES, "mini_fixed_strings.h5");
		const opened = withKerasFile(file, () => {
			throw new RangeError("no");
		});
		await expect(opened).rejects.toThrow(RangeError);
		expect(await withKerasFile(file, (layers) => layers.length)).toBe(6);
	});
});
