/** Says why a file could not be written, and what to do about it. */
import { AppError, type ErrorCode } from "../errors.ts";

const REASONS: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
	ENOSPC: ["DISK_FULL", "the disk is full", "Make room and run the same again."],
	EDQUOT: ["DISK_FULL", "the quota of disk space is used up", "Make room and run the same again."],
	EFBIG: ["DISK_FULL", "files may not grow that large here", "See `ulimit -f` and the file system's limits."],
	EROFS: ["READ_ONLY", "the file system is read-only", "Write to another folder, or mount it for writing."],
	EACCES: [
		"READ_ONLY",
		"this user may not write there",
		"Change the folder's owner or mode, or write elsewhere.",
	],
	EPERM: [
		"READ_ONLY",
		"this user may not write there",
		"Change the folder's owner or mode, or write elsewhere.",
	],
};

/** The expected failure for a system's error while writing; one that is an expected failure already stays as it is. */
export function writeFailure(file: string, cause: unknown): AppError {
	if (cause instanceof AppError) return cause;
	const reason = REASONS[(cause as NodeJS.ErrnoException).code ?? ""];
	if (!reason)
		return new AppError("FILE_NOT_WRITABLE", `Expected to write ${file} but could not.`, { cause });
	const [code, what, hint] = reason;
	return new AppError(code, `Expected to write ${file} but ${what}.`, { hint, cause });
}
