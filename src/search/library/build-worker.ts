/** The thread that `buildInWorker` starts: builds one index, tells how far it is, and hands its bytes over. */
import { AppError } from "../../errors.ts";
import { SearchIndex } from "./search-index.ts";
import { type BuildMessage, type BuildReply, type Port, threadPort } from "./threads.ts";

const port: Port<BuildReply, BuildMessage> = await threadPort();
port.onMessage(({ ids, vectors, options }) => {
	const onProgress = (done: number, total: number) => port.post({ done, total });
	try {
		const bytes = SearchIndex.build(ids, vectors, { ...options, onProgress }).save();
		port.post({ bytes }, [bytes.buffer]);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		const { code, message } = error;
		port.post({ code, message });
	}
});
