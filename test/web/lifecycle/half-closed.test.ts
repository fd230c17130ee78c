/** Clients that send nothing more but wait for the answer, beside those that have left, over real connections. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answerInTurn } from "../../../src/web/lifecycle/answer-in-turn.ts";
import { keepHalfClosed } from "../../../src/web/lifecycle/half-closed.ts";

let server: Server;
let socket: Socket;
let text: string;

beforeEach(async () => {
	server = createServer(answerInTurn((_req, res) => void server.emit("asked", res)));
	keepHalfClosed(server, { isBehindProxy: false });
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
	text = "";
	socket.on("data", (chunk) => {
		text += chunk;
	});
});
afterEach(async () => {
	socket.destroy();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

/** Sends it, and that nothing more comes; what is to be answered then. */
async function sendAll(request: string): Promise<ServerResponse> {
	const asked = once(server, "asked") as Promise<[ServerResponse]>;
	socket.end(request);
	const [res] = await asked;
	// the server has seen the end
	if (!res.req.socket.readableEnded) await once(res.req.socket, "end");
	return res;
}

it("are answered, after a word that the answer is being made", async () => {
	const res = await sendAll("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	res.end("the answer");
	await once(socket, "close");
	expect(text).toMatch(/^(HTTP\/1\.1 102 Processing\r\n\r\n)+HTTP\/1\.1 200 OK\r\n/);
	expect(text).toContain("the answer");
});

it("are answered one request after the other", async () => {
	const first = await sendAll("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
	const asked = once(server, "asked") as Promise<[ServerResponse]>;
	first.end("one");
	const [second] = await asked;
	second.end("two");
	await once(socket, "close");
	expect(text).toMatch(/one[\s\S]*two/);
});

it("are told nothing but the answer where they speak HTTP/1.0", async () => {
	const res = await sendAll("GET / HTTP/1.0\r\n\r\n");
	res.end("the answer");
	await once(socket, "close");
	expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
	expect(text).toContain("the answer");
});

it("are noticed where they have left", async () => {
	const asked = once(server, "asked") as Promise<[ServerResponse]>;
	socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	const [res] = await asked;
	const closed = once(res, "close");
	socket.destroy();
	await closed;
	expect(res.writableFinished).toBe(false);
});

it("are none of a proxy's, which has left and may speak HTTP/1.0", async () => {
	keepHalfClosed(server, { isBehindProxy: true });
	const asked = once(server, "asked") as Promise<[ServerResponse]>;
	socket.write("GET / HTTP/1.0\r\n\r\n");
	const [res] = await asked;
	const closed = once(res, "close");
	socket.destroy();
	await closed;
	expect(res.writableFinished).toBe(false);
});

it("are not waited for with half a request", async () => {
	socket.end("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
	await once(socket, "close");
	expect(text).not.toContain("200");
});
