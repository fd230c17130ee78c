/** That the memory has run out: said by the runtime, the system or a library, each in words of its own. */
import { AppError } from "./errors.ts";

/**
 * The words of V8 and of WebAssembly, of C++ (onnxruntime), of libvips and of what reads formats for it. Long texts are a
 * visitor's, as in a complaint about JSON, and of other names.
 */
const WORDS =
	/^Array buffer allocation failed$|could not allocate memory|\bbad_alloc\b|bad allocation|failed to allocate memory|out of memory|insufficient memory|memory allocation (?:error|failed)|cannot allocate memory|unable to create thread/i;
/** What a forged AVIF asks for is refused by libheif as "Memory allocation error: Security limit exceeded". */
const FORGED = /security limit/i;
const NAMES: ReadonlySet<string> = new Set(["Error", "RangeError"]);

/** Whether that is why something failed, or why what made it fail did. */
export function isOutOfMemory(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (error instanceof AppError) return error.code === "OUT_OF_MEMORY" || isOutOfMemory(error.cause);
	const { name, message } = error;
	if ((error as NodeJS.ErrnoException).code === "ENOMEM") return true;
	return NAMES.has(name) && WORDS.test(message) && !FORGED.test(message);
}

/** The failure as everybody is told it: nobody's photo is to blame. */
export function outOfMemory(cause?: unknown): AppError {
	return new AppError("OUT_OF_MEMORY", "The memory for it has run out.", {
		hint: "The photo is not to blame: try again in a minute.",
		cause,
	});
}
