/** Downloads one large file over HTTP so that an interruption costs only what was not yet received. */
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../errors.ts";

export interface DownloadProgress {
	readonly receivedBytes: number;
	/** Unknown where the server does not say. */
	readonly totalBytes: number | undefined;
}

export interface DownloadOptions {
	/** Size of the right file; an offer of another one is not taken. */
	readonly expectedBytes?: number;
	readonly onProgress?: (progress: DownloadProgress) => void;
	/** Attempts in a row that bring nothing new before it gives up. Default 3. */
	readonly maxAttempts?: number;
	/** Pause before another attempt. Default 1000. */
	readonly retryDelayMs?: number;
	/** A transfer that stands still for so long counts as cut. Default 30 000. */
	readonly stallTimeoutMs?: number;
}

/** A transfer that may be taken up again. */
class Interruption extends Error {}

/**
 * Downloads `url` to `file`. Until it is complete the bytes lie in `file`.part, from where this call or a later one
 * goes on; the server's entity tag is kept beside it, so that halves of two different files are never joined.
 * @throws AppError DOWNLOAD_FAILED where the server refuses, answers with a web page or stays out of reach;
 * WEIGHTS_MISMATCH where it offers a file of another size; FILE_NOT_WRITABLE
 */
export async function resumeDownload(
	url: string,
	file: string,
	{ maxAttempts = 3, retryDelayMs = 1000, ...options }: DownloadOptions = {},
): Promise<void> {
	const part = `${file}.part`;
	let numFailures = 0;
	for (;;) {
		const bytesBefore = await sizeOf(part);
		try {
			await transfer(url, part, bytesBefore, options);
			break;
		} catch (error) {
			if (!(error instanceof Interruption)) throw error;
			const received = await sizeOf(part);
			numFailures = received > bytesBefore ? 0 : numFailures + 1;
			if (numFailures >= maxAttempts) {
				throw new AppError(
					"DOWNLOAD_FAILED",
					`Expected ${url} but received ${received} bytes of it: ${error.message}.`,
					{
						hint: "Run the command again to go on from there, or download the file elsewhere and give it with --from.",
						cause: error,
					},
				);
			}
			await delay(retryDelayMs);
		}
	}
	await rename(part, file);
	await rm(tagFile(part), { force: true });
}

/** One request: appends to `part` what the server still has, or starts over where it can't go on. */
async function transfer(
	url: string,
	part: string,
	startBytes: number,
	{ expectedBytes, onProgress, stallTimeoutMs = 30_000 }: DownloadOptions,
): Promise<void> {
	const stalled = new AbortController();
	let timer = setTimeout(() => stalled.abort(), stallTimeoutMs);
	try {
		const response = await request(url, await rangeHeaders(part, startBytes), stalled.signal);
		if (response.status === 416) {
			// what lies here is as long as the file or longer: not the beginning of this one
			await discard(part);
			throw new Interruption("the server has nothing beyond what was received before");
		}
		refuseOtherAnswers(url, response);
		const { offset, totalBytes } = extent(response);
		if (offset !== 0 && offset !== startBytes) {
			await discard(part);
			throw new Interruption(`the server went on at byte ${offset} instead of ${startBytes}`);
		}
		if (expectedBytes !== undefined && totalBytes !== undefined && totalBytes !== expectedBytes) {
			throw new AppError(
				"WEIGHTS_MISMATCH",
				`Expected ${expectedBytes} bytes from ${url} but it has ${totalBytes}.`,
				{
					hint: "The file there is another one than the published one.",
				},
			);
		}
		await keepTag(part, response.headers.get("etag"));
		let receivedBytes = offset;
		const output = await openPart(part, offset);
		try {
			for await (const chunk of chunksOf(response)) {
				clearTimeout(timer);
				timer = setTimeout(() => stalled.abort(), stallTimeoutMs);
				await write(output, chunk, part);
				receivedBytes += chunk.byteLength;
				onProgress?.({ receivedBytes, totalBytes });
			}
		} finally {
			await output.close();
		}
		if (totalBytes !== undefined && receivedBytes < totalBytes) {
			throw new Interruption(`the transfer ended after ${receivedBytes} of ${totalBytes} bytes`);
		}
	} finally {
		clearTimeout(timer);
	}
}

async function request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
	try {
		return await fetch(url, { headers, signal });
	} catch (cause) {
		throw new Interruption(reasonOf(cause), { cause });
	}
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
	try {
		yield* response.body ?? [];
	} catch (cause) {
		throw new Interruption(`the transfer was cut (${reasonOf(cause)})`, { cause });
	}
}

async function rangeHeaders(part: string, startBytes: number): Promise<Record<string, string>> {
	// compressed answers would have lengths and offsets of their own
	const headers = { "accept-encoding": "identity" };
	if (startBytes === 0) return headers;
	const tag = await readTag(part);
	return { ...headers, range: `bytes=${startBytes}-`, ...(tag !== undefined && { "if-range": tag }) };
}

function refuseOtherAnswers(url: string, response: Response): void {
	const { status, headers } = response;
	if (status >= 500 || status === 429) throw new Interruption(`the server answered with status ${status}`);
	const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
	if (response.ok && !isPage) return;
	throw new AppError(
		"DOWNLOAD_FAILED",
		`Expected the file from ${url} but received ${response.ok ? "a web page" : `status ${status}`}.`,
		{ hint: "Download the file elsewhere and give it with --from, or name another address with --url." },
	);
}

/** Where the answer's first byte belongs, and how long the whole file is. */
function extent({ status, headers }: Response): { offset: number; totalBytes: number | undefined } {
	if (status === 206) {
		const [, offset, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
		return {
			offset: Number(offset ?? Number.NaN),
			totalBytes: total === undefined || total === "*" ? undefined : Number(total),
		};
	}
	const length = headers.get("content-length");
	return { offset: 0, totalBytes: length === null ? undefined : Number(length) };
}

async function openPart(part: string, offset: number): Promise<FileHandle> {
	try {
		return await open(part, offset === 0 ? "w" : "a");
	} catch (cause) {
		throw notWritable(part, cause);
	}
}

async function write(output: FileHandle, chunk: Uint8Array, part: string): Promise<void> {
	try {
		await output.writeFile(chunk);
	} catch (cause) {
		throw notWritable(part, cause);
	}
}

function notWritable(file: string, cause: unknown): AppError {
	return new AppError("FILE_NOT_WRITABLE", `Expected to write ${file} but could not.`, { cause });
}

function tagFile(part: string): string {
	return `${part}.etag`;
}

/** Weak tags do not promise the same bytes, so they are not kept. */
async function keepTag(part: string, tag: string | null): Promise<void> {
	if (tag?.startsWith('"')) await writeFile(tagFile(part), tag);
	else await rm(tagFile(part), { force: true });
}

async function readTag(part: string): Promise<string | undefined> {
	return readFile(tagFile(part), "utf8").catch(nothingWhereMissing);
}

async function discard(part: string): Promise<void> {
	await rm(part, { force: true });
	await rm(tagFile(part), { force: true });
}

async function sizeOf(file: string): Promise<number> {
	return (await stat(file).catch(nothingWhereMissing))?.size ?? 0;
}

function nothingWhereMissing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== "ENOENT") throw error;
}

/** fetch hides the reason one level down. */
function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (error.name === "AbortError") return "nothing came any more";
	return error.cause instanceof Error ? error.cause.message : error.message;
}
