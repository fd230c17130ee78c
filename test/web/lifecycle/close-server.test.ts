/** A server that is told to end, and connections that are still there. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { closeServer } from "../../../src/web/lifecycle/close-server.ts";
import { IdleConnections } from "../../../src/web/lifecycle/idle-connections.ts";

const NEVER_MS = 600_000;

it("waits for answers that are under way, and for no connection on which nothing is asked", async () => {
	const answers: ServerResponse[] = [];
	const server = createServer((_req, res) => answers.push(res)).on("checkContinue", (_req, res) =>
		answers.push(res),
	);
	server.keepAliveTimeout = NEVER_MS;
	server.headersTimeout = NEVER_MS;
	const idle = new IdleConnections(server);
	await once(server.listen(0, "127.0.0.1"), "listening");
	const clients: Socket[] = [];
	onTestFinished(() => {
		for (const client of clients) client.destroy();
	});
	const open = async (text: string) => {
		const accepted = once(server, "connection");
		const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
		clients.push(client);
		client.resume();
		client.write(text);
		await accepted;
		return client;
	};
	// as browsers do for what may come
	const silent = await open("");
	const half = await open("GET / HTTP/1.1\r\nHost: x\r\n");
	const asking = await open("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await expect.poll(() => answers.length).toBe(1);
	let isClosed = false;
	const closed = closeServer(server, { drainMs: 0, graceMs: NEVER_MS, idle, onClosing: () => {} }).then(
		() => {
			isClosed = true;
		},
	);
	for (const client of [silent, half]) await expect.poll(() => client.closed).toBe(true);
	expect([asking.closed, isClosed]).toEqual([false, false]);
	answers[0]?.end("The answer.");
	await closed;
	await expect.poll(() => asking.closed).toBe(true);
	expect(asking.bytesRead).toBeGreaterThan(0);
});

it("tells those that still wait before it closes them", async () => {
	let waiting: ServerResponse | undefined;
	const server = createServer((_req, res) => {
		waiting = res;
	});
	const idle = new IdleConnections(server);
	await once(server.listen(0, "127.0.0.1"), "listening");
	const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	await expect.poll(() => waiting).toBeDefined();
	await closeServer(server, {
		...{ drainMs: 0, graceMs: 1000, idle, onClosing: () => {} },
		onLastCall: () => waiting?.writeHead(503).end(),
	});
	expect((await answer).status).toBe(503);
});
