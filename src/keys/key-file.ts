/**
 * Who may use the API, where not everybody may: a file of names and of their keys' hashes. A key has 256 random bits,
 * so that one SHA-256 keeps it as safe as a slow hash keeps a password.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync } from "node:fs";
import { z } from "zod";
import { AppError } from "../errors.ts";
import { PRIVATE_MODE } from "../files/atomic-file.ts";
import { type LockOptions, withFileLock } from "../files/file-lock.ts";
import { readTextFile } from "../files/read-text-file.ts";

const PREFIX = "cf_";
const KEY_BYTES = 32;

/** Of who has a key; it stands in the audit log and is an argument of commands. */
const NAME = /^[\w.-]{1,64}$/;

const FILE = z.strictObject({
	keys: z.array(
		z.strictObject({
			/** Who has it, e.g. "shop". */
			name: z.string().regex(NAME),
			/** Of the key, in hexadecimal digits. */
			sha256: z.string().regex(/^[0-9a-f]{64}$/),
			/** Photos that may come with it per minute; default: as many as from an address. */
			photosPerMinute: z.int().min(1).optional(),
			/** Whether its owner may change the gallery, where that is switched on. */
			isAdmin: z.boolean().optional(),
			/** Day on which it was made. */
			created: z.iso.date(),
		}),
	),
});

/** What is known of a key: never the key itself. */
export type KnownKey = z.output<typeof FILE>["keys"][number];

/**
 * Reads a file of keys.
 * @throws AppError FILE_NOT_FOUND, or INVALID_SETTING for a file of something else
 */
export function readKeys(file: string): readonly KnownKey[] {
	const what = "a file of API keys";
	const hint = existsSync(file)
		? "Only its owner may read it: run this as that user, or give the file to whoever runs this."
		: `Make it: \`celebrity-faces keys add NAME --file ${quote(file)}\`, with --admin for a key that may change the gallery.`;
	const text = readTextFile(file, { what, hint });
	try {
		return FILE.parse(JSON.parse(text)).keys;
	} catch (cause) {
		throw new AppError("INVALID_SETTING", `Expected a file of API keys at ${file} but it is none.`, {
			cause,
		});
	}
}

/** As a shell takes it for one word. */
function quote(file: string): string {
	return /^[\w./~+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
}

/**
 * Changes a file of keys, or starts one that nobody but its owner can read; nobody else changes it meanwhile.
 * @param change from those that are there to those that are to be there
 * @throws AppError as readKeys, withFileLock, and `change`
 */
export async function changeKeys(
	file: string,
	options: LockOptions,
	change: (known: readonly KnownKey[]) => readonly KnownKey[],
): Promise<void> {
	await withFileLock(file, { ...options, newFileMode: PRIVATE_MODE }, async (locked) => {
		const keys = change(existsSync(file) ? readKeys(file) : []);
		await locked.replace(Buffer.from(`${JSON.stringify({ keys }, undefined, "\t")}\n`));
	});
}

/**
 * A new key, to be shown once, and what is kept of it.
 * @throws AppError INVALID_ARGUMENT for a name that the file could not keep
 */
export function createKey(
	name: string,
	{ photosPerMinute, isAdmin }: Pick<KnownKey, "isAdmin" | "photosPerMinute">,
	today: string,
): { key: string; known: KnownKey } {
	if (!NAME.test(name))
		throw new AppError(
			"INVALID_ARGUMENT",
			`Expected a name for the key but received "${name.slice(0, 100)}".`,
			{
				hint: "It has up to 64 letters of the Latin alphabet, digits, dots, dashes and underscores, e.g. my-shop.",
			},
		);
	const key = PREFIX + randomBytes(KEY_BYTES).toString("base64url");
	const sha256 = hashOf(key).toString("hex");
	const known = {
		...{ name, sha256 },
		...(photosPerMinute !== undefined && { photosPerMinute }),
		...(isAdmin && { isAdmin }),
		created: today,
	};
	return { key, known };
}

/** Whose key it is; takes as long for a wrong one as for a right one. */
export function findKey(keys: readonly KnownKey[], key: string): KnownKey | undefined {
	const hash = hashOf(key);
	return keys.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, "hex"), hash)).at(0);
}

function hashOf(key: string): Buffer {
	return createHash("sha256").update(key).digest();
}
