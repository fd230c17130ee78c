/** Commands on galleries in a database: the driver is loaded only where one is named. */
import { readConfig } from "../../config/config.ts";
import { isDatabaseAddress } from "../../database-address.ts";
import { AppError } from "../../errors.ts";
import { readGallery } from "../../gallery/gallery-store.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import type { Database } from "../../postgres/connection/database.ts";

export const DATABASE_ARGUMENT =
	"address, as postgres://user@host:5432/database?schema=name, without a password";

/**
 * Opens a database for as long as `use` takes.
 * @param address as it was given in an argument
 * @param use is told where the gallery's pictures lie, if that is set
 * @throws AppError INVALID_ARGUMENT for an address with a password; INVALID_SETTING; whatever `use` throws
 */
export async function withDatabase<T>(
	address: string,
	use: (database: Database, picturesFolder: string | undefined) => Promise<T>,
): Promise<T> {
	const [{ Database }, { expectDatabaseUrl }] = await Promise.all([
		import("../../postgres/connection/database.ts"),
		import("../../postgres/connection/database-url.ts"),
	]);
	expectDatabaseUrl(address);
	// for a command it is nobody's gallery to administer
	const { database: options } = readConfig({ GALLERY: address, ADMINISTRATION: "off" });
	const database = Database.at(address, options);
	try {
		return await use(database, options?.picturesFolder);
	} finally {
		await database.close();
	}
}

/**
 * Who is in a gallery, wherever it is; of one in a database no embedding can be asked for.
 * @throws AppError as withDatabase and readGallery
 */
export async function openPlace(place: string): Promise<ReadableGallery> {
	if (!isDatabaseAddress(place)) return readGallery(place);
	const { readDatabaseGallery } = await import("../../postgres/read-gallery.ts");
	return withDatabase(place, (database) => readDatabaseGallery(database));
}

/** @throws AppError INVALID_ARGUMENT if a gallery is there */
export async function expectNoGalleryIn(database: Database): Promise<void> {
	const { hasGallery } = await import("../../postgres/read-gallery.ts");
	if (!(await hasGallery(database))) return;
	throw new AppError("INVALID_ARGUMENT", `Expected no gallery in ${database.place.label} but one is there.`, {
		hint: "Name another schema, or take its place with --force.",
	});
}
