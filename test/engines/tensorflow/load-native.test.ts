import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadNativeLibrary } from "../../../src/engines/tensorflow/load-native.ts";

const load = createRequire(import.meta.url);
const util = load("node:util") as Record<string, unknown>;
const { isArray, isNullOrUndefined } = util;

interface NativeBackend {
	readonly createTensorsTypeOpAttr: (name: string, tensors: unknown) => unknown;
}

describe("loadNativeLibrary", () => {
	// as on Node 23 and later
	beforeEach(() => {
		delete util.isArray;
		delete util.isNullOrUndefined;
	});
	afterEach(() => {
		Object.assign(util, { isArray, isNullOrUndefined });
	});

	it("defines what the library calls and Node has no more, before it loads", () => {
		const seen: unknown[] = [];
		loadNativeLibrary((name) => {
			if (name === "node:util") return util;
			seen.push(name, typeof util.isArray, typeof util.isNullOrUndefined);
			return {};
		});
		expect(seen).toEqual(["@tensorflow/tfjs-node", "function", "function"]);
	});

	it("lets the library's own code run", () => {
		loadNativeLibrary((name) => (name === "node:util" ? util : {}));
		const backend = load("@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js") as NativeBackend;
		// what it says of no tensors; without the two functions, that one of them is not a function
		expect(() => backend.createTensorsTypeOpAttr("T", undefined)).toThrow("Invalid input tensors value.");
	});

	it("says how to get a library that is not there", () => {
		const missing = () => {
			throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: /x.\n");
		};
		expect(() => loadNativeLibrary((name) => (name === "node:util" ? util : missing()))).toThrow(
			"its library is not installed; `npm rebuild @tensorflow/tfjs-node --ignore-scripts=false` downloads it.",
		);
	});
});
