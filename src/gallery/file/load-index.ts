/** Reads a gallery's index; what to do where that fails, the index itself can't know. */
import { AppError, type ErrorCode } from "../../errors.ts";
import type { IndexSource } from "../../search/file/index-file.ts";
import { type LoadOptions, LshIndex } from "../../search/lsh-index.ts";

const HINTS: Partial<Record<ErrorCode, string>> = {
	INDEX_VERSION_MISMATCH: "Build the gallery again with `celebrity-faces gallery build`.",
	PIPELINE_MISMATCH:
		"Build it again with `celebrity-faces gallery build`, or set EMBEDDING_MODEL to the model that built it.",
};

/** @throws AppError as LshIndex.load */
export function loadIndex(source: IndexSource, options: LoadOptions): LshIndex {
	try {
		return LshIndex.load(source, options);
	} catch (error) {
		const hint = error instanceof AppError ? HINTS[error.code] : undefined;
		if (!(error instanceof AppError) || hint === undefined) throw error;
		throw new AppError(error.code, error.message, { hint, cause: error });
	}
}
