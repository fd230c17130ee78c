import { describe, expect, it } from "vitest";
import { decodeParameters, encodeParameters } from "../../../src/nets/facenet/parameter-file.ts";

const converted = {
	model: "facenet",
	sourceSha256: "ab".repeat(32),
	parameters: new Map([
		["a/kernel", { shape: [1, 2, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 1e-38) }],
		["a/bias", { shape: [3], data: Float32Array.of(-1, 0.1, 7) }],
	]),
};

describe("the file of folded parameters", () => {
	it.each(["facenet", "facenet5", "facenet51", "facenet512"])(
		"gives back model, source and every tensor of %s, however long its names are",
		(model) => {
			const bytes = encodeParameters({ ...converted, model });
			expect(decodeParameters(Uint8Array.from(bytes))).toEqual({ ...converted, model });
		},
	);

	it("has the same bytes each time", () => {
		expect(encodeParameters(converted)).toEqual(encodeParameters(converted));
	});

	it.each([
		["short", (bytes: Uint8Array) => bytes.slice(0, -4)],
		["long", (bytes: Uint8Array) => Uint8Array.from([...bytes, 0, 0, 0, 0])],
	])("is refused where it is too %s for its tensors", (_, change) => {
		expect(() => decodeParameters(Uint8Array.from(change(encodeParameters(converted))))).toThrow(
			/^Expected the numbers of 2 tensors but received \d+ bytes/,
		);
	});
});
