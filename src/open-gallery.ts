/** Wiring: the gallery of the settings, from its file or its database; the driver is loaded only for a database. */
import type { Logger } from "pino";
import type { AdministrationParts } from "./administration/gallery-administration.ts";
import type { Config } from "./config/config.ts";
import type { DatabaseTarget } from "./config/database-settings.ts";
import { isFolder, picturesFolderOf, readGallery } from "./gallery/gallery-store.ts";
import { LiveGallery, type LiveReadableGallery } from "./gallery/live-gallery.ts";
import type { ReadableGallery } from "./gallery/readable-gallery.ts";
import { embeddingModel } from "./nets/embedding-models.ts";
import type { ReadersOptions } from "./postgres/connection/readers.ts";

/**
 * As it is now.
 * @throws AppError as readGallery; as readDatabaseGallery
 */
export async function openGallery(config: Config): Promise<ReadableGallery> {
	const { pipelineVersion } = embeddingModel(config.embeddingModel);
	if (!config.database) return readGallery(config.galleryFile, pipelineVersion);
	const { readDatabaseGallery } = await import("./postgres/read-gallery.ts");
	const { database, ...options } = await openDatabase(config.database);
	return readDatabaseGallery(database, pipelineVersion, options);
}

/**
 * As it is served: changes take over.
 * @throws AppError as openGallery
 */
export async function openLiveGallery(config: Config, logger: Logger): Promise<LiveReadableGallery> {
	const { pipelineVersion } = embeddingModel(config.embeddingModel);
	const onChange = (now: ReadableGallery) =>
		logger.info(`The gallery was changed: ${now.numPeople} people, ${now.numPhotos} photos.`);
	const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
	if (!config.database) {
		return LiveGallery.open(config.galleryFile, {
			...{ pipelineVersion, onChange, meanwhile: config.toFetch?.meanwhile },
			onFailure: (error) => logger.error(`The gallery file was changed but is not taken. ${describe(error)}`),
		});
	}
	const { LiveDatabaseGallery } = await import("./postgres/live-database-gallery.ts");
	const { database, ...options } = await openDatabase(config.database, {
		onFailure: (error) =>
			logger.warn(
				`DATABASE_REPLICA is of no use, so the gallery's own database looks faces up. ${error.message}`,
			),
		onReturn: () => logger.info("DATABASE_REPLICA looks faces up again."),
	});
	return LiveDatabaseGallery.open(database, {
		...{ pipelineVersion, onChange, ...options },
		onFailure: (error) => logger.error(`The gallery stays as it was read last. ${describe(error)}`),
		onReturn: () => logger.info("The gallery's database answers again."),
	});
}

/**
 * Where the gallery is changed over the API.
 * @throws AppError INVALID_SETTING, DATABASE_* where it is in a database and who is to change it can't
 */
export async function openForChanges(
	{ database, galleryFile }: Config,
	{ current }: LiveReadableGallery,
): Promise<Pick<AdministrationParts, "place" | "picturesFolder" | "databaseTimeoutMs">> {
	if (!database) {
		return {
			place: galleryFile,
			picturesFolder: isFolder(galleryFile) ? picturesFolderOf(galleryFile) : undefined,
		};
	}
	const [{ DatabaseGallery }, { expectWriter }] = await Promise.all([
		import("./postgres/database-gallery.ts"),
		import("./postgres/expect-writer.ts"),
	]);
	const { writer = "", picturesFolder, timeoutMs } = database;
	if (current instanceof DatabaseGallery) await expectWriter(writer, current.parts.generation, { timeoutMs });
	return { place: writer, picturesFolder, databaseTimeoutMs: timeoutMs };
}

/** Where the gallery's face crops are, if it may have some. */
export function galleryPicturesOf({ database, galleryFile }: Config): string | undefined {
	return database ? database.picturesFolder : picturesFolderOf(galleryFile);
}

async function openDatabase(
	{ address, replica, picturesFolder, ...options }: DatabaseTarget,
	told: ReadersOptions = {},
) {
	const [{ Database }, { Readers }] = await Promise.all([
		import("./postgres/connection/database.ts"),
		import("./postgres/connection/readers.ts"),
	]);
	const database = Database.at(address, options);
	return {
		database,
		readers: Readers.of(database, replica, { ...options, ...told }),
		hasPictures: picturesFolder !== undefined,
	};
}
