/** Fails if a locked package can't be verified, or a new one wants to run a script: `npm run check:lock`. */
import { findLockFaults, readLockFile } from "./lock-file.ts";

/** None of them runs (.npmrc: ignore-scripts): this says what we do without. */
const KNOWN_SCRIPTS = {
	"@tensorflow/tfjs-node": "downloads TensorFlow's native library; who wants it runs npm rebuild",
	"core-js": "prints a request for money",
	esbuild: "puts its binary in the place of its launcher, which works as well",
	"onnxruntime-node": "downloads libraries for NVIDIA's graphics cards; those for the processor are inside",
};

const faults = findLockFaults(await readLockFile(), KNOWN_SCRIPTS);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
