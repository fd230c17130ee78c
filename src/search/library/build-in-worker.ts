/** Builds an index in a thread of its own, so that a page or a server goes on meanwhile. */
import { AppError } from "../../errors.ts";
import { checkArray, checkCallback, checkOptions } from "../query.ts";
import { type BuildOptions, checkedIds, SearchIndex } from "./search-index.ts";
import { type BuildMessage, type BuildReply, startThread } from "./threads.ts";

/**
 * As `SearchIndex.build`, elsewhere.
 * @param ids as there
 * @param vectors copied to the thread
 * @throws AppError as `SearchIndex.build`
 */
export async function buildInWorker(
	ids: ArrayLike<number>,
	vectors: Float32Array,
	options: BuildOptions,
): Promise<SearchIndex> {
	// before there is a thread, which would wait for ever where nothing can be sent to it
	checkOptions(options);
	const { onProgress, ...rest } = options;
	checkCallback("onProgress", onProgress);
	checkArray("vectors", vectors, Float32Array);
	const ownIds = Float64Array.from(checkedIds(ids));
	// of a view the part that is meant, and of shared memory what is there now
	const message = { ids: ownIds, vectors: vectors.slice(), options: structuredClone(rest) };
	// beside this file, in TypeScript and in JavaScript; who serves it may have added a version to its address
	const module = new URL(import.meta.url.replace(/build-in-worker(\.\w+)(?=[?#]|$)/, "build-worker$1"));
	const thread = await startThread<BuildMessage, BuildReply>(module);
	try {
		const bytes = await new Promise<Uint8Array>((resolve, reject) => {
			thread.onFailure(reject);
			thread.onMessage((reply) => {
				if ("bytes" in reply) resolve(reply.bytes);
				else if ("code" in reply) reject(new AppError(reply.code, reply.message));
				else {
					// what the caller's code throws ends the build, as it does in this thread
					try {
						onProgress?.(reply.done, reply.total);
					} catch (error) {
						reject(error);
					}
				}
			});
			thread.post(message, [message.vectors.buffer]);
		});
		return SearchIndex.load(bytes, options.kernels === undefined ? {} : { kernels: options.kernels });
	} finally {
		thread.close();
	}
}
