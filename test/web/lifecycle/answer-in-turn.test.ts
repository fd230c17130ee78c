/** Requests that don't wait for the answer to the one before, over real connections. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answerInTurn } from "../../../src/web/lifecycle/answer-in-turn.ts";

let server: Server;
let socket: Socket;
let underWay: { readonly url: string; readonly res: ServerResponse }[];
let seen: string[];

beforeEach(async () => {
	underWay = [];
	seen = [];
	const answer = answerInTurn((req, res) => {
		const url = req.url ?? "";
		seen.push(url);
		underWay.push({ url, res });
		server.emit("asked");
	});
	server = createServer(answer).listen(0, "127.0.0.1");
	await once(server, "listening");
	socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
});
afterEach(async () => {
	socket.destroy();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

const get = (...paths: string[]) => paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join("");

async function answerNext(): Promise<string> {
	while (underWay.length === 0) await once(server, "asked");
	expect(underWay).toHaveLength(1);
	const { url, res } = underWay.shift() as (typeof underWay)[number];
	res.end(url);
	return url;
}

it("answers the requests of a connection one after the other, in their order", async () => {
	let text = "";
	socket.on("data", (chunk) => {
		text += chunk;
	});
	socket.write(get("/1", "/2", "/3"));
	expect([await answerNext(), await answerNext(), await answerNext()]).toEqual(["/1", "/2", "/3"]);
	while (!text.endsWith("/3")) await once(socket, "data");
	// and the connection stays as good as it was
	socket.write(get("/4"));
	expect(await answerNext()).toBe("/4");
	expect(text.match(/\/[123]$|\/[12](?=HTTP)/g)).toEqual(["/1", "/2", "/3"]);
});

it("closes a connection that sends thousands of them, and works on the first one only", async () => {
	socket.on("error", () => {});
	socket.write(get(...Array.from({ length: 2000 }, (_, i) => `/${i}`)));
	await once(socket, "close");
	for (const { res } of underWay) res.end();
	await new Promise(setImmediate);
	expect(seen).toEqual(["/0"]);
});

it("works on none whose connection has closed meanwhile", async () => {
	socket.write(get("/1", "/2"));
	while (underWay.length === 0) await once(server, "asked");
	socket.destroy();
	const [{ res }] = underWay as [(typeof underWay)[number]];
	await once(res, "close");
	res.end();
	await new Promise(setImmediate);
	expect(seen).toEqual(["/1"]);
});
