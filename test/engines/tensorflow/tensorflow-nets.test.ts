import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { loadTensorflowNets } from "../../../src/engines/tensorflow/tensorflow-nets.ts";
import type { LoadPackage } from "../../../src/nets/face-nets.ts";

const realPackage: LoadPackage = createRequire(import.meta.url);

/** The packages, with a native library that loads and a backend whose operations do what a test says. */
const withNativeLibrary =
	(operation: () => never): LoadPackage =>
	(name) => {
		if (name === "@tensorflow/tfjs-node") return {};
		if (name !== "@tensorflow/tfjs") return realPackage(name);
		const tf = realPackage(name) as object;
		return { ...tf, setBackend: async () => true, getBackend: () => "tensorflow", tidy: operation };
	};

describe("loadTensorflowNets", () => {
	it("reports a native library that does not load", async () => {
		const load: LoadPackage = (name) => {
			if (name === "@tensorflow/tfjs-node")
				throw new Error("libtensorflow.so.2: cannot open shared object file\nAnd much more.");
			return realPackage(name);
		};
		await expect(loadTensorflowNets("tensorflow", undefined, load)).rejects.toMatchObject({
			code: "ENGINE_UNAVAILABLE",
			message:
				"TensorFlow.js (tensorflow) does not work here: libtensorflow.so.2: cannot open shared object file",
		});
	});

	it("reports a native library that loads and then fails inside its operations", async () => {
		const load = withNativeLibrary(() => {
			throw new TypeError("backend.executeSingleOutput is not a function");
		});
		await expect(loadTensorflowNets("tensorflow", undefined, load)).rejects.toMatchObject({
			code: "ENGINE_UNAVAILABLE",
			message: expect.stringContaining("executeSingleOutput"),
		});
	});

	it("reports a library that computes something else", async () => {
		const zeros = { data: async () => new Float32Array(128), dispose: () => {} };
		const load = withNativeLibrary((() => [zeros]) as unknown as () => never);
		await expect(loadTensorflowNets("tensorflow", undefined, load)).rejects.toMatchObject({
			code: "ENGINE_UNAVAILABLE",
			message: expect.stringContaining("the self-check expected embedding"),
		});
	});
});
