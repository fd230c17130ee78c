/**
 * Bodies as they arrive, in pieces. Joining those of 15 MB in one go takes the server's thread for up to a tenth of a
 * second, most of it for the memory that it is the first to touch; so it is done in slices.
 */
import { setImmediate } from "node:timers/promises";
import type { Request } from "express";
import type { StorageEngine } from "multer";

/** Copied in a millisecond or two. */
const SLICE_BYTES = 2 ** 20;

/** @param pieces which are let go of one by one: the array is empty afterwards */
export async function joinPieces(pieces: Buffer[]): Promise<Buffer> {
	const joined = Buffer.allocUnsafeSlow(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
	let done = 0;
	let sliceEnd = SLICE_BYTES;
	// taken from the end of the reversed array, which costs nothing
	pieces.reverse();
	for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
		done += piece.copy(joined, done);
		if (done < sliceEnd) continue;
		sliceEnd = done + SLICE_BYTES;
		await setImmediate();
	}
	return joined;
}

/** What lets go of the pieces of a body that has not come to its end, by its request. */
const forgetting = new WeakMap<Request, (() => void)[]>();

/** Lets go of what has come of a body that is no longer wanted: its request is there until its connection is closed. */
export function forgetBody(req: Request): void {
	for (const forget of forgetting.get(req) ?? []) forget();
	forgetting.delete(req);
}

function onForget(req: Request, forget: () => void): void {
	forgetting.set(req, [...(forgetting.get(req) ?? []), forget]);
}

/** Keeps a form's files in memory, as multer's own storage does, but joins them in slices. */
export const MEMORY_STORAGE: StorageEngine = {
	_handleFile(req, { stream }, done) {
		const pieces: Buffer[] = [];
		onForget(req, () => pieces.splice(0));
		stream.on("data", (piece: Buffer) => pieces.push(piece));
		stream.on("end", () => {
			joinPieces(pieces).then((buffer) => done(null, { buffer, size: buffer.byteLength }), done);
		});
	},
	_removeFile(_req, _file, done) {
		done(null);
	},
};

/**
 * A request's whole body; it never settles where that is forgotten.
 * @returns undefined where it is longer; nothing is kept then
 * @throws Error if it is cut off
 */
export function readBytes(req: Request, maxBytes: number): Promise<Buffer | undefined> {
	return new Promise((resolve, reject) => {
		const pieces: Buffer[] = [];
		let numBytes = 0;
		const stop = () => {
			req.off("data", keep).off("end", join).off("error", fail).off("close", fail);
		};
		const keep = (piece: Buffer) => {
			numBytes += piece.byteLength;
			pieces.push(piece);
			if (numBytes <= maxBytes) return;
			stop();
			resolve(undefined);
		};
		const join = () => {
			stop();
			joinPieces(pieces).then(resolve, reject);
		};
		const fail = (cause?: unknown) => {
			stop();
			reject(new Error("The body was cut off.", { cause }));
		};
		onForget(req, () => {
			stop();
			pieces.length = 0;
		});
		req.on("data", keep).on("end", join).on("error", fail).on("close", fail);
	});
}
