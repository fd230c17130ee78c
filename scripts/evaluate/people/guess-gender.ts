/**
 * What face-api's age and gender net sees in a face: a rough proxy, and all there is to form groups with. It is wrong for
 * a few in a hundred, more often for women, and knows two genders only.
 */
import { createRequire } from "node:module";
import path from "node:path";
import type { RgbImage } from "../../../src/image/rgb-image.ts";

interface Tensor {
	dispose(): void;
}

interface AgeGenderNet {
	loadFromDisk(folder: string): Promise<void>;
	predictAgeAndGender(input: Tensor): Promise<{ readonly gender: "female" | "male" }>;
}

interface Tensorflow {
	setBackend(name: string): Promise<boolean>;
	ready(): Promise<void>;
	tensor3d(values: Int32Array, shape: readonly [number, number, number], dtype: "int32"): Tensor;
}

const load = createRequire(import.meta.url);

/** Opens the net; its answer to a face's chip is "women" or "men". */
export async function openGenderNet(): Promise<(chip: RgbImage) => Promise<"women" | "men">> {
	const tf = load("@tensorflow/tfjs") as Tensorflow;
	load("@tensorflow/tfjs-backend-wasm");
	const faceApi = load("@vladmandic/face-api/dist/face-api.node-wasm.js") as {
		readonly AgeGenderNet: new () => AgeGenderNet;
	};
	await tf.setBackend("wasm");
	await tf.ready();
	const net = new faceApi.AgeGenderNet();
	await net.loadFromDisk(path.join(path.dirname(load.resolve("@vladmandic/face-api/package.json")), "model"));
	return async ({ width, height, data }) => {
		const tensor = tf.tensor3d(Int32Array.from(data), [height, width, 3], "int32");
		const { gender } = await net.predictAgeAndGender(tensor);
		tensor.dispose();
		return gender === "female" ? "women" : "men";
	};
}
