/** What is held of an upload while its answer is read. */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Request, Response } from "express";
import { expect, it, onTestFinished } from "vitest";
import { AddressLedger } from "../../../src/web/guard/address-ledger.ts";
import { readBytes } from "../../../src/web/guard/join-pieces.ts";
import { MatchQueue } from "../../../src/web/guard/match-queue.ts";
import { createTakeTurn } from "../../../src/web/guard/take-turn.ts";
import { createBodyReader } from "../../../src/web/guard/upload.ts";
import { FAKE_STATUS } from "../start-app.ts";

const PHOTO_BYTES = 10_000;

it("is nothing, so that whoever reads slowly leaves room for others' photos", async () => {
	const readBody = createBodyReader({
		...{ maxUploadBytes: PHOTO_BYTES, maxUploadTotalBytes: PHOTO_BYTES * 1.5, uploadTimeoutMs: 600_000 },
		pace: { everyMs: 600_000, minBytes: 0 },
	});
	const takeTurn = createTakeTurn({
		...{ status: () => FAKE_STATUS, admit: () => {}, answerTimeoutMs: 600_000 },
		queue: new MatchQueue({ maxActive: 1, maxQueued: 1, ledger: new AddressLedger(0) }),
	});
	const told: string[] = [];
	const requests: Request[] = [];
	// each is worked on, and its answer never comes to its end
	const server = createServer((incoming, res) => {
		const req = incoming as unknown as Request;
		requests.push(req);
		takeTurn(req, Object.assign(res, { set: res.setHeader }) as unknown as Response, {
			read: async () => {
				await readBody(
					async (_req, _res, next) => {
						req.body = await readBytes(req, PHOTO_BYTES);
						next();
					},
					req,
					res as unknown as Response,
				);
				return req.body as Buffer;
			},
			isHeavy: async () => false,
			work: async (photo) => photo.byteLength,
		}).then(
			(byteLength) => told.push(`${byteLength} bytes`),
			(error: { code: string }) => told.push(error.code),
		);
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	for (let i = 1; i <= 3; i++) {
		const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
		client.on("error", () => {});
		client.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${PHOTO_BYTES}\r\n\r\n`);
		client.write(Buffer.alloc(PHOTO_BYTES));
		await expect.poll(() => told.length).toBe(i);
	}
	expect(told).toEqual(Array(3).fill(`${PHOTO_BYTES} bytes`));
	expect(requests.map(({ body }) => body)).toEqual(Array(3).fill(undefined));
});
