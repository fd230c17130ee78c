/**
 * TensorFlow's native library, `@tensorflow/tfjs-node`. Its 4.22 calls `isNullOrUndefined` and `isArray` of Node's
 * `util`, which Node 23 took out: they are defined again before it loads, so that it works on every Node that we do.
 */
import type { LoadPackage } from "../../nets/face-nets.ts";

/** As Node's `util` had them until version 22. */
const TAKEN_OUT: Readonly<Record<string, (value: unknown) => boolean>> = {
	isArray: Array.isArray,
	isNullOrUndefined: (value) => value === null || value === undefined,
};

/**
 * Loads the library, which registers itself with TensorFlow.js.
 * @throws Error where it is not installed or does not load
 */
export function loadNativeLibrary(load: LoadPackage): void {
	const util = load("node:util") as Record<string, unknown>;
	for (const [name, test] of Object.entries(TAKEN_OUT)) util[name] ??= test;
	try {
		load("@tensorflow/tfjs-node");
	} catch (cause) {
		// npm installs the package without its library unless it may run scripts
		if (!/addon module.*can not be found/.test(String(cause))) throw cause;
		throw new Error(
			"its library is not installed; `npm rebuild @tensorflow/tfjs-node --ignore-scripts=false` downloads it.",
			{ cause },
		);
	}
}
