import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { decodeWeights, loadWeights } from "../../src/nets/weights.ts";

describe("decodeWeights", () => {
	const quantised = {
		name: "a",
		shape: [2, 2],
		dtype: "float32",
		quantization: { dtype: "uint8", scale: 0.5, min: -1 },
	};
	const plain = { name: "b", shape: [1], dtype: "float32" };
	const bytes = Uint8Array.from([0, 1, 2, 255, 0, 0, 128, 63]);

	it("reads quantised and plain tensors that follow each other", () => {
		const weights = decodeWeights([quantised, plain], bytes);
		expect(weights.get("a")).toEqual({
			shape: [2, 2],
			data: Float32Array.of(-1, -0.5, 0, 126.5),
			quantised: { bytes: bytes.subarray(0, 4), scale: 0.5, min: -1 },
		});
		expect(weights.get("b")).toEqual({ shape: [1], data: Float32Array.of(1) });
	});

	it.each([
		["cut by one byte", bytes.subarray(0, 7)],
		["longer by one byte", Uint8Array.from([...bytes, 0])],
	])("refuses weights %s", (_, wrong) => {
		expect(() => decodeWeights([quantised, plain], wrong)).toThrow(
			expect.objectContaining({ code: "WEIGHTS_MISMATCH" }),
		);
	});
});

describe("loadWeights", () => {
	it("reads the landmark net of the installed package", async () => {
		const weights = await loadWeights("landmarks");
		expect(weights.get("fc/weights")?.shape).toEqual([256, 136]);
	});

	it("refuses weights in which one bit is different", async () => {
		const flipBit = async (file: string) => {
			const bytes = await readFile(file);
			if (file.endsWith(".bin")) bytes[1000]! ^= 1;
			return bytes;
		};
		await expect(loadWeights("landmarks", flipBit)).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: expect.stringContaining("face_landmark_68_model.bin"),
		});
	});

	it("says which file is missing", async () => {
		const missing = (file: string) =>
			file.endsWith(".bin") ? Promise.reject(new Error("ENOENT")) : readFile(file);
		await expect(loadWeights("ssd", missing)).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: expect.stringContaining("ssd_mobilenetv1_model.bin"),
		});
	});
});
