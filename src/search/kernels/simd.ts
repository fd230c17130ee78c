/** The kernels in WebAssembly SIMD, from bytes that are part of the program: no file, no addon, no network. */
import type { Kernels } from "./kernels.ts";
import { SIMD_WASM_BASE64 } from "./simd.generated.ts";

let compiled: WebAssembly.Module | undefined;

/** @throws WebAssembly.CompileError where the runtime has no SIMD: ask for the scalar kernels there */
export function createSimdKernels(memory: WebAssembly.Memory): Kernels {
	compiled ??= new WebAssembly.Module(decodeBase64(SIMD_WASM_BASE64));
	const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
	const checksum = exports.checksum as Kernels["checksum"];
	return {
		...(exports as unknown as Kernels),
		kind: "simd",
		// WebAssembly answers in signed numbers
		checksum: (start, byteLength) => checksum(start, byteLength) >>> 0,
	};
}

function decodeBase64(text: string): Uint8Array {
	return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
