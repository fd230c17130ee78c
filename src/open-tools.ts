/** Wiring: from settings to the models and the gallery that the stories work with. */
import { availableParallelism } from "node:os";
import type { Config } from "./config/config.ts";
import { chooseFaceEngine } from "./engines/choose-engine.ts";
import { embeddingModel } from "./nets/embedding-models.ts";
import { openGallery } from "./open-gallery.ts";
import type { FaceTools } from "./pipeline/face-steps.ts";
import type { LookalikeTools } from "./pipeline/find-lookalikes.ts";
import { readStrangers } from "./resemblance/strangers-file.ts";

/**
 * Starts the face engine.
 * @param onNotice told in one sentence which engine runs, and why a better one does not
 * @throws AppError ENGINE_UNAVAILABLE or WEIGHTS_MISMATCH
 */
export async function openFaceTools(config: Config, onNotice: (notice: string) => void): Promise<FaceTools> {
	const engine = await chooseFaceEngine({
		engine: config.engine,
		model: config.embeddingModel,
		modelsFolder: config.modelsFolder,
		numWorkers: config.numEngineWorkers,
		numCores: Math.ceil(availableParallelism() / config.numProcesses),
		onNotice,
	});
	return { engine, model: embeddingModel(config.embeddingModel) };
}

/**
 * Reads the gallery and starts the face engine.
 * @throws AppError as `openFaceTools` and `readGallery`
 */
export async function openLookalikeTools(
	config: Config,
	onNotice: (notice: string) => void,
): Promise<LookalikeTools> {
	const { pipelineVersion } = embeddingModel(config.embeddingModel);
	const gallery = await openGallery(config);
	return {
		...(await openFaceTools(config, onNotice)),
		gallery,
		strangers: readStrangers(pipelineVersion),
	};
}
