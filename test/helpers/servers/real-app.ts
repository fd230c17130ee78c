/** The application with real nets behind it, on a free port of this machine. */
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";
import { comparePhotos } from "../../../src/pipeline/compare-photos.ts";
import { detectFaces, embedFaces } from "../../../src/pipeline/describe-faces.ts";
import { findLookalikes } from "../../../src/pipeline/find-lookalikes.ts";
import { findFusedLookalikes } from "../../../src/pipeline/fuse-photos.ts";
import { readStrangers } from "../../../src/resemblance/strangers-file.ts";
import { FAKE_STATUS, type FakeParts, type RunningApp, startApp } from "../../web/start-app.ts";
import { starterGallery } from "../galleries/starter-gallery.ts";

/** Answers from the starter gallery. */
export async function startRealApp(parts: FakeParts = {}): Promise<RunningApp> {
	const model = embeddingModel("face-api");
	const engine = await chooseFaceEngine({ engine: "auto" });
	const gallery = starterGallery();
	const strangers = readStrangers(model.pipelineVersion);
	const tools = { engine, model, gallery, strangers };
	const { name, numPeople, numPhotos, pipelineVersion } = gallery;
	const status = { ...FAKE_STATUS, gallery: { name, numPeople, numPhotos, pipelineVersion } };
	const app = await startApp({
		status: () => status,
		askGallery: () => ({ gallery, strangers }),
		findLookalikes: (bytes, { furtherPhotos, ...options }) =>
			furtherPhotos.length === 0
				? findLookalikes(bytes, tools, options)
				: findFusedLookalikes([bytes, ...furtherPhotos], tools, options),
		comparePhotos: (files, options) => comparePhotos(files, tools, options),
		detectFaces: (bytes, options) => detectFaces(bytes, tools, options),
		embedFaces: (bytes, options) => embedFaces(bytes, tools, options),
		...parts,
		settings: { maxUploadBytes: 15_000_000, ...parts.settings },
	});
	return {
		...app,
		close: async () => {
			await app.close();
			await engine.close();
		},
	};
}
