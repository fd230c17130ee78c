import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { brotliDecompressSync } from "node:zlib";
import express from "express";
import { expect, it, onTestFinished } from "vitest";
import { createCompression } from "../../../src/web/lifecycle/compress.ts";

/** More than the machine takes on its way to whoever does not read, also compressed. */
const PAGE = randomBytes(6_000_000).toString("hex");

async function start() {
	const answers: ServerResponse[] = [];
	const app = express();
	app.use(createCompression());
	app.get("/", (_req, res) => {
		answers.push(res);
		res.type("text").send(PAGE);
	});
	const server = createServer(app).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { answers, port: (server.address() as AddressInfo).port };
}

it("keeps no compressor for those who do not read", async () => {
	const { answers, port } = await start();
	const client = connect(port, "127.0.0.1");
	onTestFinished(() => void client.destroy());
	client.pause().write("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n");
	await expect.poll(() => answers[0]?.writableEnded).toBe(true);
	expect(answers[0]?.writableFinished).toBe(false);
});

it("sends what others read", async () => {
	const { port } = await start();
	const client = connect(port, "127.0.0.1");
	client.write("GET / HTTP/1.0\r\nAccept-Encoding: br\r\n\r\n");
	const pieces: Buffer[] = [];
	for await (const piece of client) pieces.push(piece as Buffer);
	const answer = Buffer.concat(pieces);
	const body = answer.subarray(answer.indexOf("\r\n\r\n") + 4);
	expect(brotliDecompressSync(body).toString() === PAGE).toBe(true);
});
