/** Real connections that go on sending after they were refused: of whom the rest is read, and whose connection is closed. */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { createUnreadBodyLimit, type UnreadBodyLimits } from "../../../src/web/guard/unread-bodies.ts";

const BODY_BYTES = 2_000_000;
/** What is on its way when reading stops: a few pieces. */
const ON_ITS_WAY = 500_000;

let server: Server;
let port: number;
/** As the server has them, in their order. */
let accepted: Socket[];
let clients: Socket[];

async function start(limits: Partial<UnreadBodyLimits> = {}): Promise<void> {
	accepted = [];
	clients = [];
	const app = express();
	app.use(createUnreadBodyLimit({ maxBytes: 10_000_000, holdMs: 600_000, ...limits }));
	app.use((req, res) => {
		res.status(req.method === "GET" ? 200 : 503).send("The application's answer.");
	});
	server = createServer(app).on("connection", (socket) => accepted.push(socket));
	server.keepAliveTimeout = 600_000;
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	port = (server.address() as AddressInfo).port;
}
afterEach(async () => {
	for (const client of clients) client.destroy();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

/** Sends the head of a post and its body; resolves once the answer is there, with what grows as more comes. */
async function post(
	body: Buffer,
	byteLength = body.byteLength,
	head = "",
): Promise<{ socket: Socket; text: () => string }> {
	const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: head !== "" });
	clients.push(socket);
	let text = "";
	socket.on("error", () => {});
	socket.on("data", (chunk) => {
		text += chunk;
	});
	socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${head}Content-Length: ${byteLength}\r\n\r\n`);
	socket.write(body);
	await expect.poll(() => /\r\n\r\n./.test(text)).toBe(true);
	return { socket, text: () => text };
}

const body = Buffer.alloc(BODY_BYTES, "x");
const statusesOf = (text: string) => text.match(/HTTP\/1\.1 \d+/g);

describe("the rest of a refused upload", () => {
	it("is read, and the connection goes on", async () => {
		await start();
		const { socket, text } = await post(body);
		socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
		await expect.poll(() => statusesOf(text())).toEqual(["HTTP/1.1 503", "HTTP/1.1 200"]);
		// that one does not count any more
		for (let i = 0; i < 3; i++) {
			const again = await post(body);
			await expect.poll(() => accepted.at(-1)?.bytesRead).toBeGreaterThan(BODY_BYTES);
			again.socket.destroy();
		}
	});

	it("is read before a connection is closed that ends with the answer, or the answer would be thrown away", async () => {
		await start();
		const half = body.subarray(BODY_BYTES / 2);
		const { socket, text } = await post(half, BODY_BYTES, "Connection: close\r\n");
		const failures: Error[] = [];
		socket.on("error", (error) => failures.push(error));
		// our side has ended by now, and the client goes on
		await expect.poll(() => socket.readableEnded).toBe(true);
		socket.end(half);
		await expect.poll(() => accepted[0]?.bytesRead).toBeGreaterThan(BODY_BYTES);
		await expect.poll(() => accepted[0]?.destroyed).toBe(true);
		expect([statusesOf(text()), failures]).toEqual([["HTTP/1.1 503"], []]);
	});

	it("is read of two at a time only, and slowly; whoever has many more is refused in a line", async () => {
		await start();
		const answers: string[] = [];
		// half of what they announce
		for (let i = 0; i < 12; i++) answers.push((await post(body, BODY_BYTES * 2)).text());
		for (const read of accepted.slice(0, 2))
			await expect.poll(() => read.bytesRead).toBeGreaterThan(BODY_BYTES);
		for (const unread of accepted.slice(2)) expect(unread.bytesRead).toBeLessThan(ON_ITS_WAY);
		expect(answers.map((text) => text.slice(9, 12))).toEqual([...Array(10).fill("503"), "429", "429"]);
		expect(answers.at(-1)).toContain("Retry-After: 600");
		expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("The application's answer.");
	});

	it("is left alone for a while where others are read, and then its connection is closed", async () => {
		await start({ maxPerAddress: 0, holdMs: 50 });
		const { socket } = await post(body, BODY_BYTES * 2);
		await expect.poll(() => socket.closed).toBe(true);
	});

	it("ends the connection where it is too long, or takes too long", async () => {
		await start({ maxBytes: 1_000_000 });
		const { socket } = await post(body);
		await expect.poll(() => socket.closed).toBe(true);
		server.close();
		await start({ maxMs: 50 });
		const slow = await post(Buffer.from("x"), 1000);
		await expect.poll(() => slow.socket.closed).toBe(true);
	});
});
