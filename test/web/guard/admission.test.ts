/** What the guard keeps out before any work is done, on the real application. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import { errorOf, FAKE_STATUS, photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
const sockets: Socket[] = [];
afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.destroy();
	await app.close();
});

/** Sends the beginning of a form, as much as is said, and then nothing; resolves to what is answered. */
function sendPart(path: string, numBytes: number): { socket: Socket; answer: Promise<string> } {
	const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
	sockets.push(socket);
	// a card takes no file: a form with one would be refused at once
	const part = path === "/card" ? 'name="face"' : 'name="photo"; filename="a"';
	socket.write(
		`POST ${path} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n--x\r\nContent-Disposition: form-data; ${part}\r\n\r\n`,
	);
	socket.write(Buffer.alloc(numBytes));
	const answer = new Promise<string>((resolve) => {
		let text = "";
		socket.on("data", (chunk) => {
			text += chunk;
			// an error's last word; the connection may stay for the rest of the form
			if (text.includes('"requestId"')) resolve(text);
		});
		socket.on("close", () => resolve(text));
		socket.on("error", () => resolve(text));
	});
	return { socket, answer };
}

/** A connection that the server has taken: it has answered on it. */
async function openConnection(): Promise<Socket> {
	const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
	sockets.push(socket);
	socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
	await once(socket, "data");
	return socket;
}

const post = () => fetch(`${app.url}/api/v1/match`, { method: "POST", body: photoForm() });

describe("uploads", () => {
	it("are held to so many bytes altogether, and taken again when the others are gone", async () => {
		app = await startApp({ settings: { maxUploadTotalBytes: 1_100_000 } });
		const held = [400_000, 400_000, 400_000].map((numBytes) => sendPart("/api/v1/match", numBytes));
		// which of them was one too many is a matter of arrival
		expect(await Promise.race(held.map(({ answer }) => answer))).toContain("SERVER_BUSY");
		for (const { socket } of held) socket.destroy();
		let answered = await post();
		while (answered.status === 503) answered = await post();
		expect(answered.status).toBe(200);
	});

	it("that would never fit are called too large", async () => {
		app = await startApp({ settings: { maxUploadTotalBytes: 200_000 } });
		expect(await sendPart("/api/v1/match", 400_000).answer).toContain("PHOTO_TOO_LARGE");
	});
});

describe("cards with a visitor's face", () => {
	it("are not waited for where their form hardly moves", async () => {
		app = await startApp({ askGallery, settings: { pace: { everyMs: 100, minBytes: 1000 } } });
		expect(await sendPart("/card", 0).answer).toContain("UPLOAD_TIMEOUT");
	});

	it("of one address are under way only so many at a time", async () => {
		app = await startApp({
			askGallery,
			settings: { maxPerAddress: 2, pace: { everyMs: 60_000, minBytes: 1 } },
		});
		const asked = [1, 2, 3].map(() => sendPart("/card", 0).answer);
		expect(await Promise.race(asked)).toContain("TOO_MANY_REQUESTS");
	});
});

describe("pages about people", () => {
	it("are refused to an address that has cost too much, and the first page is not", async () => {
		app = await startApp({ askGallery, settings: { maxWorkMsPerMinute: 1 } });
		const headers = { accept: "application/json" };
		let answered = await fetch(`${app.url}/people`, { headers });
		while (answered.status === 200) answered = await fetch(`${app.url}/people`, { headers });
		expect(answered.status).toBe(429);
		expect(Number(answered.headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await errorOf(answered)).code).toBe("TOO_MANY_REQUESTS");
		expect((await fetch(app.url)).status).toBe(200);
	});

	it("are charged to an address that hangs up before it has read them", async () => {
		app = await startApp({ askGallery, settings: { maxWorkMsPerMinute: 1 } });
		let status = 200;
		while (status === 200) {
			const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
			sockets.push(socket);
			socket.end("GET /people HTTP/1.1\r\nHost: x\r\n\r\n", () => socket.resetAndDestroy());
			await once(socket, "close");
			status = (await fetch(`${app.url}/credits`)).status;
		}
		expect(status).toBe(429);
	});
});

describe("requests of one address", () => {
	it.each(["/people", "/", "/nothing-here"])(
		"for %s are begun one in each turn of the event loop",
		async (path) => {
			let most = 0;
			let numInTurn = 0;
			const countAsked = () => {
				numInTurn++;
				most = Math.max(most, numInTurn);
				setImmediate(() => {
					numInTurn = 0;
				});
				return askGallery();
			};
			app = await startApp({ askGallery: countAsked });
			// the language, the page and its frame all ask
			await fetch(`${app.url}${path}`).then((response) => response.text());
			const numOfOne = most;
			const connections = await Promise.all(Array.from({ length: 20 }, openConnection));
			// all of them are there when the server looks next
			for (const socket of connections) socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
			await Promise.all(connections.map((socket) => once(socket, "data")));
			expect(most).toBeLessThanOrEqual(numOfOne * 3);
		},
	);

	it("on hundreds of new connections are not all begun before another's, who connects after them", async () => {
		app = await startApp({ settings: { numTrustedProxies: 1 } });
		const ask = (path: string, address: string) => {
			const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
			sockets.push(socket);
			socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n\r\n`);
			return once(socket, "data");
		};
		// all of them are there when the server looks next
		const flood = Array.from({ length: 300 }, () => ask("/api/nothing-here", "192.0.2.1"));
		await ask("/healthz", "192.0.2.2");
		const answered = app.log.filter((line) => line.includes('"status":404'));
		expect(answered.length).toBeLessThan(100);
		await Promise.all(flood);
	});

	it("that go wrong one after the other are told so in a few lines instead of a page", async () => {
		// each page takes its time
		const status = () => {
			for (const start = performance.now(); performance.now() < start + 100; );
			return FAKE_STATUS;
		};
		app = await startApp({ status });
		const ask = async () => {
			const response = await fetch(`${app.url}/nothing-here`, { headers: { accept: "text/html" } });
			expect(response.status).toBe(404);
			return { type: response.headers.get("content-type"), text: await response.text() };
		};
		const page = await ask();
		expect(page.type).toMatch("text/html");
		let now = page;
		while (now.type === page.type) now = await ask();
		expect(now.type).toMatch("text/plain");
		const [title, message, reference] = now.text.split("\n");
		for (const told of [title, message]) expect(page.text).toContain(told);
		expect(reference).toContain("NOT_FOUND");
		expect((await fetch(app.url)).status).toBe(200);
	});
});
