/** The server: settings, gallery, page, models; wired here and nowhere else. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { pino } from "pino";
import { type Config, VERSION } from "./config.ts";
import { AppError } from "./errors.ts";
import { picturesFolderOf } from "./gallery/gallery-store.ts";
import { LiveGallery } from "./gallery/live-gallery.ts";
import { chooseShowcase } from "./gallery/showcase.ts";
import { embeddingModel } from "./nets/embedding-models.ts";
import { openFaceTools } from "./open-tools.ts";
import type { FaceTools } from "./pipeline/face-steps.ts";
import { findLookalikes, warmUpSearch } from "./pipeline/find-lookalikes.ts";
import { calibrationFor } from "./resemblance/calibration.ts";
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
	const gallery = LiveGallery.open(config.galleryFile, {
		pipelineVersion,
		onChange: (now) =>
			logger.info(`The gallery was changed: ${now.numPeople} people, ${now.numPhotos} photos.`),
		onFailure: (error) => logger.error(`The gallery file was changed but is not taken. ${describe(error)}`),
	});

	const versions = { app: VERSION, node: process.versions.node };
	let state: ServiceStatus["state"] = "starting";
	let faceTools: FaceTools | undefined;
	const status = (): ServiceStatus => {
		if (state !== "ready" || !faceTools) return { state: state === "ready" ? "starting" : state, versions };
		const { name, description } = faceTools.engine;
		const { name: galleryName, numPeople, numPhotos } = gallery.current;
		return {
			state,
			engine: { name, description },
			gallery: { name: galleryName, numPeople, numPhotos, pipelineVersion },
			versions,
		};
	};
	const app = createApp({
		// the app asks for nothing before the status says ready
		findLookalikes: (bytes, options) => {
			const tools = { ...(faceTools as FaceTools), gallery: gallery.current, calibration };
			return findLookalikes(bytes, tools, { ...config, ...options });
		},
		status,
		settings: config,
		logger,
		picturesFolder: picturesFolderOf(config.galleryFile),
		showcase: chooseShowcase(gallery.current, NUM_SHOWN_PEOPLE),
	});

	const server = createServer(app);
	// told early: the page is there while the models load, and says so
	logger.info(`Listening on http://localhost:${await listen(server, config)}`);
	warmUpSearch(gallery.current);
	faceTools = await openFaceTools(config, (notice) => logger.info(notice));
	state = "ready";
	logger.info(
		`Ready: ${gallery.current.numPeople} people of the gallery "${gallery.current.name}" can be found.`,
	);

	const stop = async (signal: NodeJS.Signals) => {
		logger.info(`Stopping on ${signal}.`);
		state = "stopping";
		gallery.close();
		const closed = once(server, "close");
		server.close();
		server.closeIdleConnections();
		setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS).unref();
		await closed;
		await faceTools?.engine.close();
	};
	process.once("SIGTERM", stop);
	process.once("SIGINT", stop);
}

/** @returns the port */
async function listen(server: Server, { host, port }: Config): Promise<number> {
	server.listen(port, host);
	await once(server, "listening").catch((cause: unknown) => {
		throw new AppError(
			"INVALID_SETTING",
			`Expected to listen on HOST="${host}", PORT="${port}" but could not.`,
			{
				hint: "Another program may have the port: choose another with PORT.",
				cause,
			},
		);
	});
	return (server.address() as AddressInfo).port;
}

function describe(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
