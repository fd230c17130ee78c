/** Clients that hang up, or hardly move, at every stage: real decoding processes behind the real application. */
import { connect } from "node:net";
import sharp from "sharp";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DecodePool } from "../../src/image/decoding/decode-pool.ts";
import type { FindLookalikes } from "../../src/web/guard/answer-upload.ts";
import { fakeAnswer } from "./fake-answer.ts";
import { errorOf, photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp;
let pool: DecodePool;
let mostBusy: number;
let watch: NodeJS.Timeout;

beforeEach(async () => {
	pool = new DecodePool({ maxProcesses: 2, budgetBytes: 1e9, environment: process.env });
	const findLookalikes: FindLookalikes = async (bytes, { signal }) => {
		await pool.decode(bytes, {}, signal);
		return fakeAnswer();
	};
	app = await startApp({
		findLookalikes,
		isHeavy: async (bytes, signal) => (await pool.measure(bytes, {}, signal)).isHeavy,
		settings: { maxActive: 2, maxQueued: 8, maxUploadBytes: 15e6, pace: { everyMs: 2000, minBytes: 1000 } },
	});
	mostBusy = 0;
	watch = setInterval(() => {
		mostBusy = Math.max(mostBusy, pool.numBusy);
	}, 1);
});
afterEach(async () => {
	clearInterval(watch);
	await app.close();
	await pool.close();
});

const slowPhoto = () =>
	sharp({ create: { width: 4000, height: 4000, channels: 3, background: "#345678" } })
		.toColourspace("rgb16")
		.png({ compressionLevel: 1, progressive: true })
		.toBuffer();

const post = (bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal) => {
	const body = new FormData();
	body.set("photo", new Blob([bytes]), "a.png");
	return fetch(`${app.url}/api/v1/match`, { method: "POST", body, ...(signal && { signal }) });
};

it("leave no work behind: never more is decoded than may be, and the next visitor is answered", async () => {
	const bytes = new Uint8Array(await slowPhoto());
	const left = Array.from({ length: 16 }, async (_, i) => {
		const signal = AbortSignal.timeout(i * 60);
		return post(bytes, signal).then(
			({ status }) => status,
			(error: Error) => error.name,
		);
	});
	const outcomes = new Set(await Promise.all(left));
	expect(
		[...outcomes].filter((outcome) => ![503, 200, "TimeoutError", "AbortError"].includes(outcome)),
	).toEqual([]);
	const small = await sharp({ create: { width: 200, height: 200, channels: 3, background: "#345" } })
		.png()
		.toBuffer();
	let answered = await post(new Uint8Array(small));
	while (answered.status === 503) answered = await post(new Uint8Array(small));
	expect(answered.status).toBe(200);
	expect(mostBusy).toBeLessThanOrEqual(2);
	expect(pool.bytesTaken).toBe(0);
	expect(app.log.join("")).not.toMatch(/"stack"|"level":50/);
});

it("take no place with uploads that hardly move, and are told so", async () => {
	const { port } = new URL(app.url);
	const slow = Array.from({ length: 30 }, () => {
		const socket = connect(Number(port), "127.0.0.1");
		socket.write(
			"POST /api/v1/match HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000\r\n\r\n--x\r\n",
		);
		return new Promise<string>((resolve) => {
			let text = "";
			socket.on("data", (chunk) => {
				text += chunk;
			});
			socket.on("close", () => resolve(text));
			socket.on("error", () => resolve(text));
		});
	});
	const answered = await fetch(`${app.url}/api/v1/match`, { method: "POST", body: photoForm() });
	expect((await errorOf(answered)).code).toBe("BROKEN_IMAGE");
	for (const text of await Promise.all(slow)) expect(text).toContain("UPLOAD_TIMEOUT");
});

it("fill no memory with uploads of one byte at a time, and are told so", async () => {
	const { port } = new URL(app.url);
	const socket = connect(Number(port), "127.0.0.1");
	let text = "";
	socket.on("data", (chunk) => {
		text += chunk;
	});
	const closed = new Promise<void>((resolve) => {
		socket.on("close", () => resolve());
		// what is still sent when the server has closed
		socket.on("error", () => resolve());
	});
	const head = '--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n';
	socket.write(
		"POST /api/v1/match HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n",
	);
	socket.write(`${head.length.toString(16)}\r\n${head}\r\n`);
	socket.write("1\r\na\r\n".repeat(2000));
	await closed;
	expect(text).toContain("400 Bad Request");
	expect(text).toContain("too many small pieces");
});
