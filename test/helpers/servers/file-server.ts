/** An HTTP server that serves one file with all the vices that a download meets. */
import { statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface FileServer {
	readonly url: string;
	/** The `range` header of each request so far; undefined where it had none. */
	readonly ranges: readonly (string | undefined)[];
}

export interface ServeOptions {
	/** Entity tag; default "1". */
	readonly etag?: string;
	/** False: ignores ranges, as simple servers do. */
	readonly hasRanges?: boolean;
	/** Handles the n-th request, from 0, in its own way where it returns true. */
	readonly intervene?: (n: number, request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Serves `bytes` at every path until the test is over. */
export async function serveFile(bytes: Uint8Array, options: ServeOptions = {}): Promise<FileServer> {
	const { etag = '"1"', hasRanges = true, intervene = () => false } = options;
	const ranges: (string | undefined)[] = [];
	const server = createServer((request, response) => {
		ranges.push(request.headers.range);
		if (intervene(ranges.length - 1, request, response)) return;
		const start = hasRanges ? startOf(request, etag) : 0;
		if (start >= bytes.length) {
			response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
			return;
		}
		response.writeHead(start > 0 ? 206 : 200, {
			etag,
			"content-type": "application/octet-stream",
			"content-length": bytes.length - start,
			...(start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
		});
		response.end(bytes.subarray(start));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.h5`, ranges };
}

/**
 * Sends the first bytes of an announced length and hangs up: not before the client has put them into `file`, since
 * what it has received but not yet read is lost with the connection.
 */
export function cutAfter(
	response: ServerResponse,
	bytes: Uint8Array,
	totalLength: number,
	file: string,
): true {
	response.writeHead(200, { etag: '"1"', "content-length": totalLength });
	response.write(bytes);
	const timer = setInterval(() => {
		if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < bytes.length) return;
		response.destroy();
	}, 5);
	response.on("close", () => clearInterval(timer));
	return true;
}

function startOf({ headers }: IncomingMessage, etag: string): number {
	const isSameFile = headers["if-range"] === undefined || headers["if-range"] === etag;
	return isSameFile ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
}
