/** Wiring: in what state the service is, from its gallery and its engine. */
import process from "node:process";
import { VERSION } from "./config/config.ts";
import type { LiveReadableGallery } from "./gallery/live-gallery.ts";
import type { EngineStatus, ServiceStatus } from "./web/service-status.ts";

interface StartedService {
	readonly tools: { readonly engine: EngineStatus };
	/** Whether the engine answers. */
	readonly watch: { readonly isWell: boolean };
}

/**
 * @param gallery that is served
 * @param service undefined until its models are loaded
 * @param isStopping whether it was told to end
 */
export function describeStatus(
	gallery: Pick<LiveReadableGallery, "current" | "fileState" | "isReachable">,
	service: StartedService | undefined,
	isStopping: boolean,
): ServiceStatus {
	const versions = { app: VERSION, node: process.versions.node };
	if (!service) return { state: isStopping ? "stopping" : "starting", versions };
	if (!service.watch.isWell && !isStopping) return { state: "unwell", versions };
	const { name, description } = service.tools.engine;
	const { name: galleryName, numPeople, numPhotos, pipelineVersion } = gallery.current;
	return {
		state: isStopping ? "stopping" : gallery.isReachable ? "ready" : "unwell",
		engine: { name, description },
		gallery: { name: galleryName, numPeople, numPhotos, pipelineVersion, file: gallery.fileState },
		versions,
	};
}
