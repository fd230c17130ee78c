import { describe, expect, it } from "vitest";
import { chooseFaceEngine, type StartEngine } from "../../src/engines/choose-engine.ts";
import { AppError } from "../../src/errors.ts";
import type { EngineName, FaceEngine } from "../../src/faces/face-engine.ts";

function fakeEngine(name: EngineName): FaceEngine {
	const never = () => Promise.reject(new TypeError("not asked for in these tests"));
	return {
		name,
		description: `fake ${name}`,
		detect: never,
		locateLandmarks: never,
		embed: never,
		close: never,
	};
}

/** Starts every engine but those that are named. */
const without =
	(...missing: EngineName[]): StartEngine =>
	async (name) => {
		if (missing.includes(name)) throw new AppError("ENGINE_UNAVAILABLE", `${name} has no library.`);
		return fakeEngine(name);
	};

describe("chooseFaceEngine", () => {
	it("takes onnxruntime first, then TensorFlow's native library, then WebAssembly", async () => {
		expect((await chooseFaceEngine({}, without())).name).toBe("onnx");
		expect((await chooseFaceEngine({ engine: "auto" }, without("onnx"))).name).toBe("tensorflow");
		expect((await chooseFaceEngine({}, without("onnx", "tensorflow"))).name).toBe("wasm");
	});

	it("takes the engine that is asked for, TensorFlow on WebAssembly where it has no native library", async () => {
		expect((await chooseFaceEngine({ engine: "wasm" }, without())).name).toBe("wasm");
		expect((await chooseFaceEngine({ engine: "tensorflow" }, without())).name).toBe("tensorflow");
		expect((await chooseFaceEngine({ engine: "tensorflow" }, without("tensorflow"))).name).toBe("wasm");
	});

	it("says which engine runs and why a preferred one does not", async () => {
		const notices: string[] = [];
		await chooseFaceEngine({ onNotice: (notice) => notices.push(notice) }, without("onnx"));
		expect(notices).toEqual([
			'Engine "onnx" is not used: onnx has no library.',
			"Faces are found and embedded by fake tensorflow.",
		]);
	});

	it("does not replace an engine that was named", async () => {
		await expect(chooseFaceEngine({ engine: "onnx" }, without("onnx"))).rejects.toMatchObject({
			code: "ENGINE_UNAVAILABLE",
			message: "No face engine works here. onnx has no library.",
		});
	});

	it("does not take wrong weights for a missing library", async () => {
		const start: StartEngine = () => Promise.reject(new AppError("WEIGHTS_MISMATCH", "Other weights."));
		await expect(chooseFaceEngine({}, start)).rejects.toMatchObject({ code: "WEIGHTS_MISMATCH" });
	});
});
