/** Writes a whole weight file as Keras' `save_weights` does, with the generated weights. */
import { File as Hdf5File, ready } from "h5wasm/node";
import type { WeightKind } from "../../../src/nets/facenet/layers.ts";
import { generatedTensor } from "./facenet-generator.ts";
import { golden } from "./facenet-golden.ts";

/**
 * @param spelling of the 78 layers that deepface names differently
 * @returns after writing some 92 MB
 */
export async function writeKerasFile(
	file: string,
	dimension: 128 | 512,
	spelling: "canonical" | "deepface",
): Promise<void> {
	await ready;
	const layers = new Map(
		[...golden.layers, ...golden.variants[dimension].bottleneck].map((layer) => [layer.name, layer]),
	);
	const nameOf = (canonical: string) =>
		(spelling === "deepface" ? layers.get(canonical)?.deepfaceName : undefined) ?? canonical;
	const hdf5 = new Hdf5File(file, "w");
	hdf5.create_attribute("layer_names", golden.kerasLayerNames.map(nameOf));
	for (const canonical of golden.kerasLayerNames) {
		const name = nameOf(canonical);
		const group = hdf5.create_group(name);
		const weights = layers.get(canonical)?.weights ?? [];
		const paths = weights.map(({ kind }) => `${name}/${kind}:0`);
		group.create_attribute("weight_names", paths.length > 0 ? paths : new Float64Array());
		if (paths.length > 0) group.create_group(name);
		for (const [i, { kind, shape }] of weights.entries()) {
			const { data } = generatedTensor(canonical, kind as WeightKind, shape);
			group.create_dataset({ name: paths[i]!, data, shape: [...shape] });
		}
	}
	hdf5.close();
}
