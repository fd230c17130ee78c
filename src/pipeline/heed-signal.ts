/** Lets a photo's work end between two runs of a net, once nobody waits for it. */
import type { FaceEngine } from "../faces/face-engine.ts";

/** The engine, as it throws the signal's reason instead of beginning anything after the signal has aborted. */
export function heedSignal(engine: FaceEngine, signal: AbortSignal | undefined): FaceEngine {
	if (signal === undefined) return engine;
	return {
		name: engine.name,
		description: engine.description,
		detect: async (image, options) => {
			signal.throwIfAborted();
			return engine.detect(image, options);
		},
		locateLandmarks: async (crops) => {
			signal.throwIfAborted();
			return engine.locateLandmarks(crops);
		},
		embed: async (chips) => {
			signal.throwIfAborted();
			return engine.embed(chips);
		},
		close: () => engine.close(),
	};
}
