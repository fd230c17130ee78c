/**
 * Reads the photos and options of a request, as a form, as bytes or as JSON. Addresses of photos are not fetched: a
 * server that fetches what strangers name can be made to ask its own network, and to wait for whom they like.
 */
import type { Request, RequestHandler, Response } from "express";
import multer from "multer";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { MEMORY_STORAGE, readBytes } from "../guard/join-pieces.ts";
import { FIELD_NAMES, type ReadBody, type UploadLimits } from "../guard/upload.ts";
import { decodeBase64, type ShortenedJson, shortenJson } from "./long-strings.ts";
import { type GivenOptions, optionsOfAddress, parseOptions, parseWords } from "./read-options.ts";
import { photosIn } from "./schemas/requests.ts";

/** An option is a short word, or a few names of collections. */
const MAX_FIELD_BYTES = 2_000;
const MAX_FIELDS = 30;
/** Of JSON, beside its photos. */
const MAX_JSON_REST_BYTES = 20_000;
/** A JSON request may be as long as so many photos: it is in memory more than once while it is read. */
const MAX_JSON_PHOTOS = 2;

export interface PhotoRequest<Options> {
	/** The photos' files; at least one. */
	readonly photos: readonly [Uint8Array, ...Uint8Array[]];
	readonly options: Options;
}

export interface RequestShape<Schema extends z.ZodObject> {
	readonly options: Schema;
	readonly maxPhotos: number;
}

/**
 * A function that reads requests of that shape.
 * It throws AppError NO_PHOTO, PHOTO_TOO_LARGE, INVALID_REQUEST, SERVER_BUSY or UPLOAD_TIMEOUT.
 */
export function createRequestReader<Schema extends z.ZodObject>(
	readBody: ReadBody,
	{ maxUploadBytes }: Pick<UploadLimits, "maxUploadBytes">,
	{ options, maxPhotos }: RequestShape<Schema>,
): (req: Request, res: Response) => Promise<PhotoRequest<z.output<Schema>>> {
	const readForm = formReader(maxUploadBytes, maxPhotos);
	const readRaw = rawReader(maxUploadBytes, maxUploadBytes);
	const maxJsonBytes = Math.ceil((Math.min(maxPhotos, MAX_JSON_PHOTOS) * maxUploadBytes * 4) / 3);
	const readJson = rawReader(maxJsonBytes + MAX_JSON_REST_BYTES, maxUploadBytes);
	const inJson = z.strictObject({ ...options.shape, photo: photosIn(maxPhotos).optional() });

	return async (req, res) => {
		if (req.is("multipart/form-data")) {
			await readBody(readForm, req, res);
			const files = ((req.files ?? []) as Express.Multer.File[]).map(({ buffer }) => buffer);
			return {
				photos: expectPhotos(files),
				options: parseWords(options, fieldsOf(req)),
			};
		}
		if (req.is("image/*") || req.is("application/octet-stream")) {
			await readBody(readRaw, req, res);
			const files = Buffer.isBuffer(req.body) ? [req.body] : [];
			return { photos: expectPhotos(files), options: parseWords(options, optionsOfAddress(req.url)) };
		}
		if (req.is("application/json")) {
			await readBody(readJson, req, res);
			const { value, longStrings } = parseJson(req.body);
			const { photo = [], ...given } = parseOptions(inJson, value) as Record<string, unknown> & {
				photo?: string | string[];
			};
			expectShortOptions(given, longStrings);
			const files: Uint8Array[] = [];
			for (const text of [photo].flat())
				files.push(await decodePhotoText(longStrings.get(text) ?? withinQuotes(text), maxUploadBytes));
			return { photos: expectPhotos(files), options: parseOptions(options, given) };
		}
		throw new AppError("INVALID_REQUEST", describeType(req.get("Content-Type")), {
			hint: "Send a form with a file in the field `photo`, the bytes with `Content-Type: image/jpeg`, or JSON with `photo` in base64.",
		});
	};
}

/**
 * A function that reads options as a JSON object, without a photo.
 * It throws AppError INVALID_REQUEST or UPLOAD_TIMEOUT.
 */
export function createJsonReader<Schema extends z.ZodObject>(
	readBody: ReadBody,
	options: Schema,
): (req: Request, res: Response) => Promise<z.output<Schema>> {
	const readJson = rawReader(MAX_JSON_REST_BYTES, MAX_JSON_REST_BYTES);
	return async (req, res) => {
		if (!req.is("application/json")) {
			throw new AppError("INVALID_REQUEST", "Expected application/json but received something else.", {
				hint: 'Send the options as a JSON object, e.g. `{ "name": "Grace Kelly" }`.',
			});
		}
		await readBody(readJson, req, res);
		const { value, longStrings } = parseJson(req.body);
		const given = parseOptions(options, value);
		expectShortOptions(given, longStrings);
		return given;
	};
}

function formReader(maxUploadBytes: number, maxPhotos: number): RequestHandler {
	return multer({
		storage: MEMORY_STORAGE,
		limits: {
			files: maxPhotos,
			fileSize: maxUploadBytes,
			fields: MAX_FIELDS,
			parts: MAX_FIELDS + maxPhotos + 1,
			fieldSize: MAX_FIELD_BYTES,
			...FIELD_NAMES,
			headerPairs: 20,
		},
	}).array("photo", maxPhotos);
}

function fieldsOf(req: Request): GivenOptions {
	const fields = Object.entries((req.body ?? {}) as Record<string, unknown>);
	return Object.fromEntries(fields.map(([name, value]) => [name, [value].flat().map(String)]));
}

function expectPhotos(files: readonly Uint8Array[]): PhotoRequest<unknown>["photos"] {
	// browsers send an empty file for a field that nobody filled in
	const [first, ...others] = files.filter(({ byteLength }) => byteLength > 0);
	if (first) return [first, ...others];
	throw new AppError("NO_PHOTO", "Expected a photo but received none.", {
		hint: "Send it in the field `photo`, as the body, or in base64 as `photo` of a JSON object.",
	});
}

/**
 * JSON but for its long strings, which are names in it.
 * @param body as `rawReader` leaves it: nothing is no options
 */
function parseJson(body: unknown): Pick<ShortenedJson, "longStrings"> & { readonly value: unknown } {
	if (!Buffer.isBuffer(body) || body.byteLength === 0) return { value: {}, longStrings: new Map() };
	let shortened: ShortenedJson | undefined;
	try {
		shortened = shortenJson(body, MAX_JSON_REST_BYTES);
	} catch (cause) {
		throw new AppError("INVALID_REQUEST", "Expected JSON in UTF-8.", { cause });
	}
	if (shortened === undefined)
		throw new AppError(
			"INVALID_REQUEST",
			`Expected JSON with at most ${MAX_JSON_REST_BYTES} bytes beside its photos.`,
		);
	try {
		return { value: JSON.parse(shortened.json), longStrings: shortened.longStrings };
	} catch (cause) {
		throw new AppError("INVALID_REQUEST", "The body is not JSON in UTF-8.", { cause });
	}
}

/**
 * Only photos may be long strings: of others there is just a name, which must not pass for what was sent.
 * @throws AppError INVALID_REQUEST
 */
function expectShortOptions(given: object, longStrings: ShortenedJson["longStrings"]): void {
	for (const [option, value] of Object.entries(given)) {
		const texts: unknown[] = [value].flat();
		if (texts.some((text) => typeof text === "string" && longStrings.has(text)))
			throw new AppError("INVALID_REQUEST", `Wrong option \`${option}\`: it is too long.`, {
				hint: "The options and what they may be are listed at /docs.",
			});
	}
}

function withinQuotes(text: string): Buffer {
	return Buffer.from(JSON.stringify(text)).subarray(1, -1);
}

/** @param text as it stands between quotes in JSON */
async function decodePhotoText(text: Buffer, maxUploadBytes: number): Promise<Uint8Array> {
	const beginning = text.toString("latin1", 0, 6);
	if (/^https?:/i.test(beginning)) {
		throw new AppError("INVALID_REQUEST", "Expected a photo in base64 but received an address.", {
			hint: "Addresses are not fetched, so that nobody can make this server ask others: download the photo and send it.",
		});
	}
	const digits = beginning.startsWith("data:") ? text.subarray(text.indexOf(",") + 1) : text;
	const bytes = await decodeBase64(digits);
	if (bytes === undefined)
		throw new AppError("INVALID_REQUEST", "Expected `photo` in base64 but it holds other characters.", {
			hint: "No line ends belong into it: `base64 -w 0 me.jpg` writes none.",
		});
	if (bytes.byteLength <= maxUploadBytes) return bytes;
	throw tooLarge(maxUploadBytes);
}

/** Reads the body's bytes as they are, into `req.body`. */
function rawReader(maxBytes: number, maxUploadBytes: number): RequestHandler {
	return (req, _res, next) => {
		const { "content-length": length, "content-encoding": encoding = "identity" } = req.headers;
		if (encoding.toLowerCase() !== "identity")
			return next(new AppError("INVALID_REQUEST", "Expected a body without Content-Encoding."));
		// known before anything has come of it
		if (Number(length) > maxBytes) return next(tooLarge(maxUploadBytes));
		readBytes(req, maxBytes).then(
			(body) => {
				req.body = body;
				next(body === undefined ? tooLarge(maxUploadBytes) : undefined);
			},
			(cause) => next(new AppError("INVALID_REQUEST", "The body was cut off.", { cause })),
		);
	};
}

function tooLarge(maxUploadBytes: number): AppError {
	return new AppError(
		"PHOTO_TOO_LARGE",
		`Expected photos of at most ${Math.floor(maxUploadBytes / 1e6)} MB but received more.`,
		{ hint: "Save the photo at a smaller size and try again." },
	);
}

function describeType(type: string | undefined): string {
	const what = type === undefined ? "a request without a Content-Type" : `\`${type.slice(0, 100)}\``;
	return `Expected multipart/form-data, image/* or application/json but received ${what}.`;
}
