import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { loadOnnxNets } from "../../../src/engines/onnx/onnx-nets.ts";

describe("loadOnnxNets", () => {
	it("reports a library that has no binary for this machine", async () => {
		const load = () => {
			throw new Error("Cannot find module '../bin/napi-v6/sunos/sparc/onnxruntime_binding.node'");
		};
		await expect(loadOnnxNets(undefined, undefined, load)).rejects.toMatchObject({
			code: "ENGINE_UNAVAILABLE",
			message: expect.stringContaining("onnxruntime_binding.node"),
		});
	});

	it("reports a library that computes something else", async () => {
		const runtime = createRequire(import.meta.url)("onnxruntime-node");
		const wrong = {
			run: async () => ({ embeddings: { data: new Float32Array(128) } }),
		};
		const load = () => ({ ...runtime, InferenceSession: { create: async () => wrong } });
		await expect(loadOnnxNets(undefined, undefined, load)).rejects.toMatchObject({
			code: "ENGINE_UNAVAILABLE",
			message: expect.stringContaining("the self-check expected embedding"),
		});
	});
});
