import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Request, Response } from "express";
import { afterEach, describe, expect, it } from "vitest";
import { readBytes } from "../../../src/web/guard/join-pieces.ts";
import { createBodyReader, type UploadLimits } from "../../../src/web/guard/upload.ts";

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
