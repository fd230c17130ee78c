import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type DownloadProgress, resumeDownload } from "../../../src/nets/facenet/resume-download.ts";
import { cutAfter, serveFile } from "../../helpers/servers/file-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const BYTES = randomBytes(30_000);
const FIRST = BYTES.subarray(0, 10_000);
const quick = { retryDelayMs: 1 };

async function target(): Promise<string> {
	return path.join(await temporaryFolder(), "weights.h5");
}

describe("resumeDownload", () => {
	it("downloads a file, says how far it is, and leaves nothing else behind", async () => {
		const file = await target();
		const { url } = await serveFile(BYTES);
		const seen: DownloadProgress[] = [];
		await resumeDownload(url, file, { ...quick, onProgress: (progress) => seen.push(progress) });
		expect(await readFile(file)).toEqual(BYTES);
		expect(seen.at(-1)).toEqual({ receivedBytes: 30_000, totalBytes: 30_000 });
		expect(await readdir(path.dirname(file))).toEqual(["weights.h5"]);
	});

	it("goes on where the transfer was cut", async () => {
		const file = await target();
		const { url, ranges } = await serveFile(BYTES, {
			intervene: (n, _, response) => n === 0 && cutAfter(response, FIRST, BYTES.length, `${file}.part`),
		});
		await resumeDownload(url, file, quick);
		expect(await readFile(file)).toEqual(BYTES);
		expect(ranges).toEqual([undefined, "bytes=10000-"]);
	});

	it("goes on where an earlier call had to stop", async () => {
		const file = await target();
		await writeFile(`${file}.part`, FIRST);
		await writeFile(`${file}.part.etag`, '"1"');
		const { url, ranges } = await serveFile(BYTES);
		const seen: number[] = [];
		await resumeDownload(url, file, {
			...quick,
			onProgress: ({ receivedBytes }) => seen.push(receivedBytes),
		});
		expect(await readFile(file)).toEqual(BYTES);
		expect(ranges).toEqual(["bytes=10000-"]);
		expect(seen[0]).toBeGreaterThan(10_000);
	});

	it("starts over where the server's file has changed meanwhile", async () => {
		const file = await target();
		await writeFile(`${file}.part`, FIRST);
		await writeFile(`${file}.part.etag`, '"old"');
		const { url } = await serveFile(BYTES);
		await resumeDownload(url, file, quick);
		expect(await readFile(file)).toEqual(BYTES);
	});

	it("starts over where the server knows no ranges", async () => {
		const file = await target();
		await writeFile(`${file}.part`, FIRST);
		const { url } = await serveFile(BYTES, { hasRanges: false });
		await resumeDownload(url, file, quick);
		expect(await readFile(file)).toEqual(BYTES);
	});

	it("starts over where more lies here than the server has", async () => {
		const file = await target();
		await writeFile(`${file}.part`, randomBytes(40_000));
		const { url, ranges } = await serveFile(BYTES);
		await resumeDownload(url, file, quick);
		expect(await readFile(file)).toEqual(BYTES);
		expect(ranges).toEqual(["bytes=40000-", undefined]);
	});

	it("starts over where the server goes on at another byte than it was asked for", async () => {
		const file = await target();
		await writeFile(`${file}.part`, FIRST);
		const { url } = await serveFile(BYTES, {
			intervene(n, _, response) {
				if (n > 0) return false;
				response.writeHead(206, { "content-range": "bytes 5-29999/30000" }).end(BYTES.subarray(5));
				return true;
			},
		});
		await resumeDownload(url, file, quick);
		expect(await readFile(file)).toEqual(BYTES);
	});

	it("gives up after some attempts that bring nothing, and keeps what it has", async () => {
		const file = await target();
		const { url, ranges } = await serveFile(BYTES, {
			intervene(n, _, response) {
				if (n === 0) return cutAfter(response, FIRST, BYTES.length, `${file}.part`);
				response.destroy();
				return true;
			},
		});
		const download = resumeDownload(url, file, { ...quick, maxAttempts: 2 });
		await expect(download).rejects.toMatchObject({
			code: "DOWNLOAD_FAILED",
			message: expect.stringContaining("received 10000 bytes of it"),
			hint: expect.stringContaining("Run the command again to go on from there"),
		});
		expect(ranges).toHaveLength(3);
		expect(await readFile(`${file}.part`)).toEqual(FIRST);
	});

	it("tries again after a passing failure of the server", async () => {
		const file = await target();
		const { url } = await serveFile(BYTES, {
			intervene(n, _, response) {
				if (n === 0) response.writeHead(503).end();
				return n === 0;
			},
		});
		await resumeDownload(url, file, quick);
		expect(await readFile(file)).toEqual(BYTES);
	});

	it("counts a transfer that stands still as cut", async () => {
		const file = await target();
		const { url } = await serveFile(BYTES, {
			intervene(n, _, response) {
				if (n > 0) return false;
				response.writeHead(200, { etag: '"1"', "content-length": BYTES.length });
				response.write(FIRST);
				return true;
			},
		});
		await resumeDownload(url, file, { ...quick, stallTimeoutMs: 500 });
		expect(await readFile(file)).toEqual(BYTES);
	});

	it("says what it received where the file is not there, at once", async () => {
		const { url, ranges } = await serveFile(BYTES, {
			intervene(_, __, response) {
				response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not found</h1>");
				return true;
			},
		});
		await expect(resumeDownload(url, await target(), quick)).rejects.toMatchObject({
			code: "DOWNLOAD_FAILED",
			message: `Expected the file from ${url} but received status 404.`,
		});
		expect(ranges).toHaveLength(1);
	});

	it("refuses a web page in place of the file", async () => {
		const file = await target();
		const { url } = await serveFile(BYTES, {
			intervene(_, __, response) {
				response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<h1>Sign in</h1>");
				return true;
			},
		});
		await expect(resumeDownload(url, file, quick)).rejects.toMatchObject({
			code: "DOWNLOAD_FAILED",
			message: `Expected the file from ${url} but received a web page.`,
		});
		expect(await readdir(path.dirname(file))).toEqual([]);
	});

	it("does not take a file of another size than expected", async () => {
		const file = await target();
		const { url } = await serveFile(BYTES);
		await expect(resumeDownload(url, file, { ...quick, expectedBytes: 29_999 })).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: `Expected 29999 bytes from ${url} but it has 30000.`,
		});
		expect(await readdir(path.dirname(file))).toEqual([]);
	});

	it("says that nobody answers", async () => {
		const { url } = await serveFile(BYTES);
		const silent = url.replace(/:\d+/, ":9");
		await expect(resumeDownload(silent, await target(), { ...quick, maxAttempts: 2 })).rejects.toMatchObject({
			code: "DOWNLOAD_FAILED",
		});
	});

	it("says where it can't write", async () => {
		const file = await target();
		await mkdir(`${file}.part`);
		const { url } = await serveFile(BYTES);
		await expect(resumeDownload(url, file, quick)).rejects.toMatchObject({ code: "FILE_NOT_WRITABLE" });
	});
});
