/**
 * Reads the photos and options of a request, as a form, as bytes or as JSON. Addresses of photos are not fetched: a
 * server that fetches what strangers name can be made to ask its own network, and to wait for whom they like.
 */
import express, { type Request, type RequestHandler, type Response } from "express";
import multer from "multer";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { ReadBody, UploadLimits } from "../guard/upload.ts";
import { isMostlyStrings } from "./measure-json.ts";
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
	const readRaw = plainly(
		express.raw({ type: () => true, limit: maxUploadBytes, inflate: false }),
		maxUploadBytes,
	);
	const maxJsonBytes = Math.ceil((Math.min(maxPhotos, MAX_JSON_PHOTOS) * maxUploadBytes * 4) / 3);
	const readJson = plainly(
		express.json({
			type: () => true,
			limit: maxJsonBytes + MAX_JSON_REST_BYTES,
			inflate: false,
			verify: (_req, _res, body, encoding) => {
				// bytes of other encodings can't be told apart
				if (encoding !== "utf-8") throw new Error("Expected UTF-8.");
				if (!isMostlyStrings(body, MAX_JSON_REST_BYTES)) throw new Error("Expected less structure.");
			},
		}),
		maxUploadBytes,
	);
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
			const { photo = [], ...given } = parseOptions(inJson, req.body) as Record<string, unknown> & {
				photo?: string | string[];
			};
			const files = [photo].flat().map((text) => decodePhotoText(text, maxUploadBytes));
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
	const readJson = plainly(
		express.json({ type: () => true, limit: MAX_JSON_REST_BYTES, inflate: false }),
		MAX_JSON_REST_BYTES,
	);
	return async (req, res) => {
		if (!req.is("application/json")) {
			throw new AppError("INVALID_REQUEST", "Expected application/json but received something else.", {
				hint: 'Send the options as a JSON object, e.g. `{ "name": "Grace Kelly" }`.',
			});
		}
		await readBody(readJson, req, res);
		return parseOptions(options, req.body);
	};
}

function formReader(maxUploadBytes: number, maxPhotos: number): RequestHandler {
	return multer({
		storage: multer.memoryStorage(),
		limits: {
			files: maxPhotos,
			fileSize: maxUploadBytes,
			fields: MAX_FIELDS,
			parts: MAX_FIELDS + maxPhotos + 1,
			fieldSize: MAX_FIELD_BYTES,
			fieldNameSize: 100,
			fieldNestingDepth: 1,
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

function decodePhotoText(text: string, maxUploadBytes: number): Uint8Array {
	if (/^https?:/i.test(text)) {
		throw new AppError("INVALID_REQUEST", "Expected a photo in base64 but received an address.", {
			hint: "Addresses are not fetched, so that nobody can make this server ask others: download the photo and send it.",
		});
	}
	const comma = text.startsWith("data:") ? text.indexOf(",") + 1 : 0;
	const bytes = Buffer.from(text.slice(comma), "base64");
	// Node skips what is not base64: what came must be as long as what was read
	const numDigits = text.length - comma - (/=*$/.exec(text.slice(-2))?.[0].length ?? 0);
	if (bytes.byteLength !== Math.floor((numDigits * 3) / 4)) {
		throw new AppError("INVALID_REQUEST", "Expected `photo` in base64 but it holds other characters.");
	}
	if (bytes.byteLength <= maxUploadBytes) return bytes;
	throw tooLarge(maxUploadBytes);
}

/** Says the body parsers' complaints in our words. */
function plainly(middleware: RequestHandler, maxUploadBytes: number): RequestHandler {
	return (req, res, next) =>
		middleware(req, res, (error?: unknown) =>
			next(error === undefined ? undefined : inOurWords(error, maxUploadBytes)),
		);
}

function inOurWords(error: unknown, maxUploadBytes: number): unknown {
	const type = error instanceof Error && "type" in error ? error.type : undefined;
	if (type === "entity.too.large") return tooLarge(maxUploadBytes, error);
	if (type === "entity.parse.failed")
		return new AppError("INVALID_REQUEST", "The body is not JSON.", { cause: error });
	if (type === "entity.verify.failed")
		return new AppError(
			"INVALID_REQUEST",
			`Expected JSON in UTF-8 with at most ${MAX_JSON_REST_BYTES} bytes beside its photos.`,
		);
	if (type === "encoding.unsupported")
		return new AppError("INVALID_REQUEST", "Expected a body without Content-Encoding.", { cause: error });
	return new AppError("INVALID_REQUEST", "The body could not be read, or it was cut off.", { cause: error });
}

function tooLarge(maxUploadBytes: number, cause?: unknown): AppError {
	return new AppError(
		"PHOTO_TOO_LARGE",
		`Expected photos of at most ${Math.floor(maxUploadBytes / 1e6)} MB but received more.`,
		{ hint: "Save the photo at a smaller size and try again.", cause },
	);
}

function describeType(type: string | undefined): string {
	const what = type === undefined ? "a request without a Content-Type" : `\`${type.slice(0, 100)}\``;
	return `Expected multipart/form-data, image/* or application/json but received ${what}.`;
}
