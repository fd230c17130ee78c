/**
 * Every failure that a person can cause or meet, as a closed list of codes.
 * Anything else that is thrown is a bug: a TypeError or RangeError, caught nowhere but at the edges.
 */
export type ErrorCode =
	// settings and command line
	| "INVALID_SETTING"
	| "INVALID_ARGUMENT"
	// the photo
	| "NO_PHOTO"
	| "PHOTO_TOO_LARGE"
	| "TOO_MANY_PIXELS"
	| "PHOTO_TOO_DEMANDING"
	| "UNSUPPORTED_IMAGE"
	| "HEIC_NOT_SUPPORTED"
	| "BROKEN_IMAGE"
	| "NO_FACE_FOUND"
	| "FACE_NOT_GOOD_ENOUGH"
	| "SEVERAL_FACES"
	| "SOMEBODY_ELSE"
	// the face engine
	| "ENGINE_UNAVAILABLE"
	| "WEIGHTS_MISMATCH"
	| "INVALID_WEIGHT_FILE"
	| "INVALID_WEIGHT_CACHE"
	| "MODEL_NOT_FETCHED"
	| "DOWNLOAD_FAILED"
	// Wikimedia's services
	| "QUERY_FAILED"
	| "FILE_REFUSED"
	| "FILE_UNSERVED"
	// being busy
	| "SERVER_BUSY"
	| "OUT_OF_MEMORY"
	| "SHUTTING_DOWN"
	// vectors and the index
	| "INVALID_VECTOR"
	| "INVALID_INDEX_FILE"
	| "INDEX_VERSION_MISMATCH"
	| "INDEX_CORRUPT"
	| "PIPELINE_MISMATCH"
	| "INDEX_TOO_LARGE"
	// files
	| "FILE_NOT_FOUND"
	| "FILE_NOT_WRITABLE"
	| "DISK_FULL"
	| "READ_ONLY"
	| "FILE_IN_USE"
	| "FILE_CHANGED"
	// the database
	| "DATABASE_UNAVAILABLE"
	| "DATABASE_REFUSED"
	| "DATABASE_UNFIT"
	// the gallery
	| "INVALID_GALLERY_LIST"
	| "EMPTY_GALLERY"
	| "KEPT_OUT"
	| "GALLERY_BUSY"
	| "CHANGE_INTERRUPTED"
	| "GALLERY_NOT_WRITABLE"
	// requests
	| "INVALID_REQUEST"
	| "UNAUTHORIZED"
	| "FORBIDDEN"
	| "NOT_FOUND"
	| "METHOD_NOT_ALLOWED"
	| "UPLOAD_TIMEOUT"
	| "ANSWER_TIMEOUT"
	| "TOO_MANY_REQUESTS";

export interface AppErrorOptions {
	/** What the person can do about it: one sentence. */
	readonly hint?: string;
	/** Which of several photos it is about, from 1. */
	readonly photo?: number;
	readonly cause?: unknown;
}

/** An expected failure: `message` says what was expected and what came, `hint` what to do next. */
export class AppError extends Error {
	override readonly name = "AppError";
	readonly code: ErrorCode;
	readonly hint: string | undefined;
	readonly photo: number | undefined;

	constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.hint = options.hint;
		this.photo = options.photo;
	}
}
