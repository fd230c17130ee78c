/**
 * Answers as brotli or gzip, by what the browser takes. What is being compressed waits for nobody: while a slow reader
 * is waited for, a compressor keeps a megabyte and a half, and the whole page, compressed, a hundredth of that.
 */
import compression from "compression";
import type { RequestHandler } from "express";

export function createCompression(): RequestHandler[] {
	const neverWait: RequestHandler = (_req, res, next) => {
		const write = res.write as (...chunk: unknown[]) => boolean;
		// the compressor's writes come through here; it pauses where it is told false
		res.write = (...chunk: unknown[]) => write.apply(res, chunk) || res.hasHeader("Content-Encoding");
		next();
	};
	return [neverWait, compression()];
}
