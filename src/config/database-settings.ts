/** The settings of a gallery in a database; see docs/postgres.md. */
import path from "node:path";
import { z } from "zod";
import { isDatabaseAddress } from "../database-address.ts";
import { AppError } from "../errors.ts";

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const DATABASE_SETTINGS = {
	/** Most connections of this process to the gallery's database. */
	DATABASE_POOL: wholeNumber(1, 1000).default(10),
	/** Seconds that a question to the gallery's database may take. */
	DATABASE_TIMEOUT_S: wholeNumber(1, 600).default(10),
	/** Address of a replica of the gallery's database, which then looks faces up. */
	DATABASE_REPLICA: z.string().refine(isDatabaseAddress, "expected an address as postgres://…").optional(),
	/** Address with which the API's changes are made, of a user who may write; servers themselves only read. */
	DATABASE_WRITER: z.string().refine(isDatabaseAddress, "expected an address as postgres://…").optional(),
	/** Folder with the face crops of a gallery in a database. */
	GALLERY_PICTURES: z.string().optional(),
} as const;

export interface DatabaseTarget {
	/** May hold a password: never to be shown. */
	readonly address: string;
	readonly replica: string | undefined;
	/** As whom the gallery is changed over the API, where that is switched on; as the address. */
	readonly writer: string | undefined;
	readonly maxConnections: number;
	readonly timeoutMs: number;
	/** Where the gallery's face crops lie, if they do. */
	readonly picturesFolder: string | undefined;
}

type Settings = z.infer<z.ZodObject<typeof DATABASE_SETTINGS>> & {
	readonly GALLERY: string;
	readonly ADMINISTRATION: boolean;
};

/**
 * @returns undefined for a gallery that is in a file or a folder
 * @throws AppError INVALID_SETTING where the gallery's server is to change it and is not told as whom
 */
export function databaseTargetOf(settings: Settings): DatabaseTarget | undefined {
	if (!isDatabaseAddress(settings.GALLERY)) return undefined;
	if (settings.ADMINISTRATION && settings.DATABASE_WRITER === undefined) {
		throw new AppError(
			"INVALID_SETTING",
			"Expected DATABASE_WRITER where ADMINISTRATION is on and the gallery is in a database, but there is none.",
			{
				hint: "Set it to the gallery's address for a user of the database who may change it: the one in GALLERY only reads.",
			},
		);
	}
	return Object.freeze({
		address: settings.GALLERY,
		replica: settings.DATABASE_REPLICA,
		writer: settings.DATABASE_WRITER,
		maxConnections: settings.DATABASE_POOL,
		timeoutMs: settings.DATABASE_TIMEOUT_S * 1000,
		picturesFolder: settings.GALLERY_PICTURES && path.resolve(settings.GALLERY_PICTURES),
	});
}

/** A setting's value as a message may show it. */
export function withoutAddress(value: string | undefined): string | undefined {
	return value?.includes("@") ? "…" : value;
}
