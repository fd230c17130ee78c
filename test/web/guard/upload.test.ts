import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Request, Response } from "express";
import { afterEach, describe, expect, it } from "vitest";
import { readBytes } from "../../../src/web/guard/join-pieces.ts";
import { createBodyReader, type UploadLimits } from "../../../src/web/guard/upload.ts";
import { startApp } from "../start-app.ts";

const PIECE_BYTES = 40_000;
const HELD_MS = 100;
const PATIENT: UploadLimits = {
	maxUploadBytes: 1e6,
	maxUploadTotalBytes: 1e6,
	uploadTimeoutMs: 600_000,
	pace: { everyMs: 600_000, minBytes: 1000 },
};

const open: { close(): void }[] = [];
afterEach(() => {
	for (const one of open.splice(0)) one.close();
});

/** What becomes of an upload. @param goOn told once its first byte has been read; the others are the client's to send */
async function upload(limits: UploadLimits, goOn: (client: Socket) => void): Promise<string> {
	const readBody = createBodyReader(limits);
	let client: Socket;
	const result = new Promise<string>((resolve) => {
		const server = createServer((req, res) => {
			const read = readBody(
				(request, _res, next) => void readBytes(request, 1e6).then(() => next(), next),
				req as unknown as Request,
				// what Express adds of it
				Object.assign(res, { set: res.setHeader }) as unknown as Response,
			);
			read.then(
				() => resolve("read"),
				(error: { code: string }) => resolve(error.code),
			);
			req.once("data", () => goOn(client));
		}).listen(0, "127.0.0.1");
		open.push(server);
		void once(server, "listening").then(() => {
			client = connect((server.address() as AddressInfo).port, "127.0.0.1");
			open.push({ close: () => client.destroy() });
			client.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${PIECE_BYTES + 1}\r\n\r\na`);
		});
	});
	return result;
}

/** Sends the rest, and keeps this process from everything before it can be read. */
function sendAndHold(client: Socket): void {
	client.write(Buffer.alloc(PIECE_BYTES));
	hold();
}

function hold(): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_MS);
}

describe("an upload", () => {
	it.each([
		["too slow", { pace: { everyMs: HELD_MS / 2, minBytes: 1000 } }],
		["too late", { uploadTimeoutMs: HELD_MS / 2 }],
	])("is not %s where it is we who did not read it", async (_, limit) => {
		expect(await upload({ ...PATIENT, ...limit }, sendAndHold)).toBe("read");
	});

	it.each([
		["too slow", { pace: { everyMs: 50, minBytes: PIECE_BYTES * 2 } }],
		["too late", { uploadTimeoutMs: 50 }],
	])("is %s where its sender keeps silent", async (_, limit) => {
		const limits = { ...PATIENT, ...limit };
		expect(await upload(limits, () => {})).toBe("UPLOAD_TIMEOUT");
	});

	it("is too late where its pace, which it keeps, is judged right after", async () => {
		const pace = { everyMs: HELD_MS / 2, minBytes: 0 };
		const limits = { ...PATIENT, uploadTimeoutMs: HELD_MS / 4, pace };
		expect(await upload(limits, hold)).toBe("UPLOAD_TIMEOUT");
	});
});

describe("an upload that is given up", () => {
	const PIECE = Buffer.alloc(60_000, "x");

	it.each([
		[
			"form",
			"multipart/form-data; boundary=xyz",
			"--xyz\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\n",
		],
		["body", "image/jpeg", ""],
	])("is told why, though its sender only listens once all is sent: a %s", async (_what, type, head) => {
		const app = await startApp({ settings: { maxUploadTotalBytes: 100_000 } });
		open.push(app);
		const accepted: Socket[] = [];
		app.server.on("connection", (socket) => accepted.push(socket));
		const client = connect({ port: Number(new URL(app.url).port), host: "127.0.0.1", allowHalfOpen: true });
		open.push({ close: () => client.destroy() });
		const failures: Error[] = [];
		let text = "";
		client
			.on("error", (error) => failures.push(error))
			.on("data", (chunk) => {
				text += chunk;
			});
		client.write(
			`POST /api/v1/match HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
		);
		const send = (piece: Buffer) =>
			client.write(`${piece.byteLength.toString(16)}\r\n${piece.toString()}\r\n`);
		if (head) send(Buffer.from(head));
		for (let i = 0; i < 3; i++) send(PIECE);
		// the server has ended its side
		await expect.poll(() => client.readableEnded).toBe(true);
		for (let i = 0; i < 10; i++) send(PIECE);
		client.end("0\r\n\r\n");
		await expect.poll(() => accepted[0]?.bytesRead).toBeGreaterThan(PIECE.byteLength * 13);
		await expect.poll(() => accepted[0]?.destroyed).toBe(true);
		expect([text.slice(9, 12), failures]).toEqual(["413", []]);
	});
});
