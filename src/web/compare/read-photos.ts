/** Reads the one or two photos of the comparison's form into memory. */
import type { Request, Response } from "express";
import multer from "multer";
import { AppError } from "../../errors.ts";
import { MEMORY_STORAGE } from "../guard/join-pieces.ts";
import { FIELD_NAMES, type ReadForm, type UploadLimits } from "../guard/upload.ts";

/**
 * A function that reads the multipart fields `first` and `second`, of which the second may be empty.
 * It throws AppError NO_PHOTO, PHOTO_TOO_LARGE, INVALID_REQUEST, SERVER_BUSY or UPLOAD_TIMEOUT.
 */
export function createPhotosReader(
	readForm: ReadForm,
	{ maxUploadBytes }: Pick<UploadLimits, "maxUploadBytes">,
): (req: Request, res: Response) => Promise<Uint8Array[]> {
	const readParts = multer({
		storage: MEMORY_STORAGE,
		limits: { files: 2, fileSize: maxUploadBytes, fields: 2, parts: 4, ...FIELD_NAMES, headerPairs: 20 },
	}).fields([
		{ name: "first", maxCount: 1 },
		{ name: "second", maxCount: 1 },
	]);
	return async (req, res) => {
		await readForm(readParts, req, res);
		const files = (req.files ?? {}) as Record<string, Express.Multer.File[]>;
		// browsers send an empty file for a field that nobody filled in
		const photos = [files.first?.[0], files.second?.[0]].filter((file) => file && file.size > 0);
		if (photos.length > 0) return photos.map((file) => (file as Express.Multer.File).buffer);
		throw new AppError("NO_PHOTO", "Expected a photo or two but received none.", {
			hint: "Choose a photo first, then send it.",
		});
	};
}
