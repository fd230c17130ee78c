/** The server: settings, gallery, page, models; wired here and nowhere else. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { pino } from "pino";
import { type Config, VERSION } from "./config.ts";
import { AppError } from "./errors.ts";
import { embeddingModel } from "./faces/embedding-model.ts";
import { picturesFolderOf, readGallery } from "./gallery/gallery-store.ts";
import { chooseShowcase } from "./gallery/showcase.ts";
import { findLookalikes, type LookalikeTools } from "./pipeline/find-lookalikes.ts";
import { calibrationFor } from "./resemblance/calibration.ts";
import { openFaceTools } from "./tools.ts";
import { createApp } from "./web/app.ts";
import type { ServiceStatus } from "./web/service-status.ts";

/** How long requests that are being answered may take once the server is told to stop. */
const SHUTDOWN_MS = 10_000;
const NUM_SHOWN_PEOPLE = 8;

/**
 * Starts the server; it stops on SIGTERM or SIGINT.
 * @throws AppError if the gallery can't be read, the address is taken or no engine starts
 */
export async function serve(config: Config): Promise<void> {
	const logger = pino({ level: config.logLevel });
	const { pipelineVersion } = embeddingModel(config.embeddingModel);
	const calibration = calibrationFor(pipelineVersion);
	const gallery = await readGallery(config.galleryFile, pipelineVersion);

	const versions = { app: VERSION, node: process.versions.node };
	let status: ServiceStatus = { state: "starting", versions };
	let tools: LookalikeTools | undefined;
	const app = createApp({
		// the app asks for nothing before the status says ready
		findLookalikes: (bytes, options) =>
			findLookalikes(bytes, tools as LookalikeTools, { ...config, ...options }),
		status: () => status,
		settings: config,
		logger,
		picturesFolder: picturesFolderOf(config.galleryFile),
		showcase: chooseShowcase(gallery, NUM_SHOWN_PEOPLE),
	});

	const server = createServer(app);
	server.listen(config.port, config.host);
	await once(server, "listening").catch((cause: unknown) => {
		throw new AppError(
			"INVALID_SETTING",
			`Expected to listen on HOST="${config.host}", PORT="${config.port}" but could not.`,
			{
				hint: "Another program may have the port: choose another with PORT.",
				cause,
			},
		);
	});
	// told early: the page is there while the models load, and says so
	const { port } = server.address() as AddressInfo;
	logger.info(`Listening on http://localhost:${port}`);

	tools = { ...(await openFaceTools(config, (notice) => logger.info(notice))), gallery, calibration };
	const { engine } = tools;
	status = {
		state: "ready",
		engine: { name: engine.name, description: engine.description },
		gallery: {
			name: gallery.name,
			numPeople: gallery.people.length,
			numPhotos: gallery.size,
			pipelineVersion,
		},
		versions,
	};
	logger.info(`Ready: ${gallery.people.length} people of the gallery "${gallery.name}" can be found.`);

	const stop = async (signal: NodeJS.Signals) => {
		logger.info(`Stopping on ${signal}.`);
		status = { state: "stopping", versions };
		const closed = once(server, "close");
		server.close();
		server.closeIdleConnections();
		setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS).unref();
		await closed;
		await engine.close();
	};
	process.once("SIGTERM", stop);
	process.once("SIGINT", stop);
}
