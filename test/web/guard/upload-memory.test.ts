/** Whose uploads give way where the memory of all is used up. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Request, Response } from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { readBytes } from "../../../src/web/guard/join-pieces.ts";
import { createBodyReader } from "../../../src/web/guard/upload.ts";
import { type HeldUpload, UploadMemory } from "../../../src/web/guard/upload-memory.ts";

const refused: string[] = [];
const begin = (memory: UploadMemory, address: string, name = address): HeldUpload => {
	const upload = { address, refuse: () => refused.push(name) };
	memory.hold(upload);
	return upload;
};
/** Names of those that have given way since it was asked last. */
const takeRefused = () => refused.splice(0);

describe("the memory of uploads", () => {
	it("is taken from the address that holds most, of its uploads from the one that began last", () => {
		const memory = new UploadMemory(100);
		for (const name of ["first", "second", "third"]) memory.add(begin(memory, "10.0.0.1", name), 20);
		memory.add(begin(memory, "10.0.0.2"), 30);
		expect(takeRefused()).toEqual([]);
		memory.add(begin(memory, "10.0.0.3"), 30);
		expect(takeRefused()).toEqual(["third"]);
		memory.add(begin(memory, "10.0.0.4"), 20);
		expect(takeRefused()).toEqual(["second"]);
	});

	it("is refused to whoever would hold most of it", () => {
		const memory = new UploadMemory(100);
		memory.add(begin(memory, "10.0.0.1"), 50);
		const large = begin(memory, "10.0.0.2");
		memory.add(large, 50);
		memory.add(large, 10);
		expect(takeRefused()).toEqual(["10.0.0.2"]);
		memory.add(begin(memory, "10.0.0.3"), 40);
		expect(takeRefused()).toEqual([]);
	});

	it("stays with what has come whole until that is let go of", () => {
		const memory = new UploadMemory(100);
		const answered = begin(memory, "10.0.0.1");
		memory.add(answered, 90);
		memory.keep(answered);
		memory.add(begin(memory, "10.0.0.2"), 20);
		expect(takeRefused()).toEqual(["10.0.0.2"]);
		memory.letGo(answered);
		memory.letGo(answered);
		memory.add(answered, 90);
		memory.add(begin(memory, "10.0.0.2"), 100);
		expect(takeRefused()).toEqual([]);
	});
});

it("is not all one address's that sends slowly: another one's photo is read", async () => {
	const readBody = createBodyReader({
		...{ maxUploadBytes: 1e6, maxUploadTotalBytes: 1e6, uploadTimeoutMs: 600_000 },
		pace: { everyMs: 600_000, minBytes: 1 },
	});
	const outcomes = new Map<string, string>();
	const server = createServer((req, res) => {
		const ip = String(req.headers["x-ip"]);
		const read = readBody(
			(request, _res, next) => void readBytes(request, 1e6).then(() => next(), next),
			Object.assign(req, { ip }) as unknown as Request,
			Object.assign(res, { set: res.setHeader }) as unknown as Response,
		);
		read.then(
			() => outcomes.set(ip, "read"),
			({ code }: { code: string }) => outcomes.set(ip, code),
		);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const send = (ip: string, numBytes: number, length: number) => {
		const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
		onTestFinished(() => void client.destroy());
		client.write(`POST / HTTP/1.1\r\nHost: x\r\nX-Ip: ${ip}\r\nContent-Length: ${length}\r\n\r\n`);
		client.write(Buffer.alloc(numBytes));
	};
	onTestFinished(() => void server.close());
	const slow = once(server, "request").then(([req]) => req as IncomingMessage);
	send("10.0.0.1", 950_000, 990_000);
	const arriving = await slow;
	while (arriving.socket.bytesRead < 950_000) await new Promise((resolve) => setTimeout(resolve, 2));
	send("10.0.0.2", 300_000, 300_000);
	while (!outcomes.has("10.0.0.2")) await new Promise((resolve) => setTimeout(resolve, 2));
	expect(Object.fromEntries(outcomes)).toEqual({ "10.0.0.1": "SERVER_BUSY", "10.0.0.2": "read" });
});
