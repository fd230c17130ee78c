/** Reads one uploaded photo and its few fields into memory; nothing is written to disk, no name is kept. */
import type { Request, RequestHandler, Response } from "express";
import multer from "multer";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { askForBody } from "../lifecycle/expect-continue.ts";
import { addressOf } from "./admission.ts";
import { forgetBody, MEMORY_STORAGE } from "./join-pieces.ts";
import { UploadMemory } from "./upload-memory.ts";

/** People per face that can be asked for. */
const MAX_K = 50;
const DEFAULT_K = 7;
/** A field is "exact", "fuse" or "k" and a short word. */
const MAX_FIELD_BYTES = 100;

/** Multer's codes for files that are not expected. */
const TOO_MANY: ReadonlySet<string> = new Set(["LIMIT_UNEXPECTED_FILE", "LIMIT_FILE_COUNT"]);

/**
 * Of a form's fields. Nobody needs brackets, which multer makes lists and objects of: `k[99999999]` would be a list that
 * takes seconds to look through, or a gigabyte as text.
 */
export const FIELD_NAMES = { fieldNameSize: 100, fieldNestingDepth: 0 } as const;

/**
 * Each piece in which an upload arrives takes half a kilobyte and some microseconds beyond its bytes: a client that sends
 * one byte at a time would fill the memory with pieces. Networks' smallest packets hold 500 bytes.
 */
const NUM_FREE_PIECES = 1000;
const MIN_MEAN_PIECE_BYTES = 256;

/** Photos of one person that may be answered as one. */
const MAX_FUSED = 5;

const yesOrNo = z
	.enum(["true", "1", "on", "yes", "false", "0", "off", "no", ""])
	.default("false")
	.transform((value) => ["true", "1", "on", "yes"].includes(value));

const FIELDS = z.object({
	k: z.coerce.number().int().min(1).max(MAX_K).default(DEFAULT_K),
	exact: yesOrNo,
	fuse: yesOrNo,
});

export interface Upload {
	/** The photo's file. */
	readonly bytes: Uint8Array;
	/** Further photos of the same person, where they are to be answered as one. */
	readonly furtherPhotos: readonly Uint8Array[];
	/** People per face. */
	readonly k: number;
	/** Whether the exact search is to answer too. */
	readonly exact: boolean;
}

export interface UploadLimits {
	readonly maxUploadBytes: number;
	/** How long an upload may take to arrive. */
	readonly uploadTimeoutMs: number;
	/** What has to arrive of an upload in each stretch of time, in bytes. */
	readonly pace: { readonly everyMs: number; readonly minBytes: number };
	/** Bytes of all uploads that may be in memory at a time. */
	readonly maxUploadTotalBytes: number;
}

/** What lets go of uploads that are held, by their requests. */
const held = new WeakMap<Request, () => void>();

/** Lets go of an upload before its answer has been read, as it is up to the visitor how long that takes. */
export function letGoOfUpload(req: Request): void {
	held.get(req)?.();
}

/** Reads a body with the middleware into `req`, within the limits. */
export type ReadBody = (readParts: RequestHandler, req: Request, res: Response) => Promise<void>;
/** As ReadBody, for forms only. */
export type ReadForm = ReadBody;

/** The bodies that it reads share the memory that uploads may take. */
export function createBodyReader(limits: UploadLimits): ReadBody {
	const memory = new UploadMemory(limits.maxUploadTotalBytes);
	return (readParts, req, res) =>
		readWithLimits(readParts, req, res, limits, memory).catch((cause: unknown) => {
			throw describeFailure(cause, limits.maxUploadBytes);
		});
}

/** Reads forms, and refuses what is none. */
export function createFormReader(readBody: ReadBody): ReadForm {
	return async (readParts, req, res) => {
		if (!req.is("multipart/form-data")) {
			throw new AppError("INVALID_REQUEST", "Expected a multipart/form-data request with a field `photo`.", {
				hint: "Send the photo as a form upload, e.g. `curl -F photo=@me.jpg`.",
			});
		}
		await readBody(readParts, req, res);
	};
}

/**
 * A function that reads the multipart field `photo` and the optional fields `k` (1 to 50), `exact` and `fuse`, with
 * which `photo` may come up to five times.
 * It throws AppError NO_PHOTO, PHOTO_TOO_LARGE, INVALID_REQUEST or UPLOAD_TIMEOUT.
 */
export function createUploadReader(
	readForm: ReadForm,
	{ maxUploadBytes }: Pick<UploadLimits, "maxUploadBytes">,
): (req: Request, res: Response) => Promise<Upload> {
	const readParts = multer({
		storage: MEMORY_STORAGE,
		limits: {
			files: MAX_FUSED,
			fileSize: maxUploadBytes,
			fields: 4,
			parts: 4 + MAX_FUSED + 1,
			fieldSize: MAX_FIELD_BYTES,
			...FIELD_NAMES,
			headerPairs: 20,
		},
	}).array("photo", MAX_FUSED);

	return async (req, res) => {
		await readForm(readParts, req, res);
		const fields = FIELDS.safeParse(req.body ?? {});
		if (!fields.success) {
			const [issue] = fields.error.issues;
			throw new AppError("INVALID_REQUEST", `Wrong field \`${String(issue?.path[0])}\`: ${issue?.message}.`, {
				hint: `\`k\` is a whole number from 1 to ${MAX_K}; \`exact\` and \`fuse\` are true or false.`,
			});
		}
		const { fuse, ...options } = fields.data;
		const [photo, ...furtherPhotos] = ((req.files ?? []) as Express.Multer.File[])
			// browsers send an empty file for a field that nobody filled in
			.filter(({ size }) => size > 0)
			.map(({ buffer }) => buffer);
		if (!photo) {
			throw new AppError("NO_PHOTO", "Expected a photo but received none.", {
				hint: "Choose a photo first, then send it.",
			});
		}
		if (furtherPhotos.length > 0 && !fuse) {
			throw new AppError("INVALID_REQUEST", "Expected one photo but received several.", {
				hint: `Send one at a time, or up to ${MAX_FUSED} of one person with \`fuse=1\`.`,
			});
		}
		return { bytes: photo, furtherPhotos, ...options };
	};
}

/** Reads the form, and gives up on one that comes too slowly, or that there is no room for. */
function readWithLimits(
	middleware: RequestHandler,
	req: Request,
	res: Response,
	{ uploadTimeoutMs, pace, maxUploadTotalBytes }: UploadLimits,
	memory: UploadMemory,
): Promise<void> {
	return new Promise((resolve, reject) => {
		let numBytes = 0;
		let numBytesBefore = 0;
		let numPieces = 0;
		// known before anything has come of it
		if (Number(req.headers["content-length"]) > maxUploadTotalBytes) {
			reject(tooLarge(maxUploadTotalBytes));
			return;
		}
		const giveUp = (error: AppError) => {
			stop();
			letGo();
			// what becomes of the rest: see unread-bodies.ts
			req.unpipe();
			req.resume();
			res.set("Connection", "close");
			reject(error);
		};
		const upload = { address: addressOf(req), refuse: () => giveUp(tooMany()) };
		const count = (chunk: Buffer) => {
			numBytes += chunk.byteLength;
			numPieces++;
			if (numPieces > NUM_FREE_PIECES + numBytes / MIN_MEAN_PIECE_BYTES) giveUp(inPieces());
			else if (numBytes > maxUploadTotalBytes) giveUp(tooLarge(maxUploadTotalBytes));
			else memory.add(upload, chunk.byteLength);
		};
		// where our own loop was held, what has come meanwhile is read between timers and this
		let judging: NodeJS.Immediate | undefined;
		let isLate = false;
		const judge = () => {
			if (isLate) giveUp(tooSlow(`did not arrive within ${uploadTimeoutMs / 1000} seconds`));
			else if (numBytes - numBytesBefore < pace.minBytes) giveUp(tooSlow("arrives too slowly"));
			numBytesBefore = numBytes;
		};
		const judgeSoon = () => {
			clearImmediate(judging);
			judging = setImmediate(judge);
		};
		const deadline = setTimeout(() => {
			isLate = true;
			judgeSoon();
		}, uploadTimeoutMs);
		const watch = setInterval(judgeSoon, pace.everyMs);
		const stop = () => {
			clearTimeout(deadline);
			clearInterval(watch);
			clearImmediate(judging);
			req.off("data", count);
		};
		const letGo = () => {
			if (!held.delete(req)) return;
			memory.letGo(upload);
			forgetBody(req);
			Object.assign(req, { files: undefined, body: undefined });
		};
		held.set(req, letGo);
		memory.hold(upload);
		// it may be in memory for as long as it is answered
		res.once("close", letGo);
		let isSettled = false;
		middleware(req, res, (error?: unknown) => {
			isSettled = true;
			stop();
			if (error) {
				letGo();
				reject(error);
			} else {
				memory.keep(upload);
				resolve();
			}
		});
		req.on("data", count);
		// what is refused by its headers is refused in the same turn
		setImmediate(() => {
			if (!isSettled) askForBody(req, res);
		});
	});
}

function tooLarge(maxBytes: number, cause?: unknown): AppError {
	return new AppError(
		"PHOTO_TOO_LARGE",
		`Expected a photo of at most ${Math.floor(maxBytes / 1e6)} MB but received a larger one.`,
		{ hint: "Save the photo at a smaller size and try again.", cause },
	);
}

function tooMany(): AppError {
	return new AppError("SERVER_BUSY", "Too many photos are arriving at the moment.", {
		hint: "Try again in a minute.",
	});
}

function tooSlow(what: string): AppError {
	return new AppError("UPLOAD_TIMEOUT", `The photo ${what}.`, {
		hint: "Try a smaller photo or a faster connection.",
	});
}

function inPieces(): AppError {
	return new AppError("INVALID_REQUEST", "The photo arrives in too many small pieces.", {
		hint: `Send pieces of ${MIN_MEAN_PIECE_BYTES} bytes or more.`,
	});
}

function describeFailure(cause: unknown, maxUploadBytes: number): unknown {
	if (cause instanceof AppError) return cause;
	if (cause instanceof multer.MulterError && cause.code === "LIMIT_FILE_SIZE") {
		return tooLarge(maxUploadBytes, cause);
	}
	if (cause instanceof multer.MulterError && TOO_MANY.has(cause.code)) {
		return new AppError(
			"INVALID_REQUEST",
			"The form has more files than are taken, or some in another field.",
			{
				hint: "Send photos in the field `photo`, one or as many as belong together.",
				cause,
			},
		);
	}
	// multer's other complaints and busboy's are all about the form
	return new AppError("INVALID_REQUEST", "The upload is not a form with one photo, or it was cut off.", {
		hint: "Send photos as files in the field `photo`, and options as fields with short words.",
		cause,
	});
}
