/** Which status of HTTP each expected failure has; the API's description lists them too. */
import type { ErrorCode } from "../errors.ts";

/** Codes that are not listed here are the server's own fault: 500. */
export const STATUS_OF_CODE: ReadonlyMap<ErrorCode, number> = new Map([
	["NO_PHOTO", 400],
	["INVALID_REQUEST", 400],
	["INVALID_ARGUMENT", 400],
	["UNAUTHORIZED", 401],
	["FORBIDDEN", 403],
	["NOT_FOUND", 404],
	["METHOD_NOT_ALLOWED", 405],
	["UPLOAD_TIMEOUT", 408],
	["KEPT_OUT", 409],
	["PHOTO_TOO_LARGE", 413],
	["PHOTO_TOO_DEMANDING", 413],
	["TOO_MANY_PIXELS", 413],
	["UNSUPPORTED_IMAGE", 415],
	["HEIC_NOT_SUPPORTED", 415],
	["BROKEN_IMAGE", 422],
	["NO_FACE_FOUND", 422],
	["FACE_NOT_GOOD_ENOUGH", 422],
	["SEVERAL_FACES", 422],
	["SOMEBODY_ELSE", 422],
	["GALLERY_BUSY", 423],
	["TOO_MANY_REQUESTS", 429],
	["SERVER_BUSY", 503],
	["ENGINE_UNAVAILABLE", 503],
	["SHUTTING_DOWN", 503],
	["EMPTY_GALLERY", 503],
	["ANSWER_TIMEOUT", 503],
	["DATABASE_UNAVAILABLE", 503],
	["GALLERY_NOT_WRITABLE", 507],
]);
