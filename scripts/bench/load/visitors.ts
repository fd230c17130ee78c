/** Those who ask the server that is measured: polite ones, and others. Each has an address of 127.0.0.0/8. */
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface Target {
	readonly port: number;
}

export interface Reply {
	readonly status: number;
	readonly retryAfterS: number;
	readonly ms: number;
}

const BOUNDARY = "bench";

/** A form with the photo, as bytes. */
export function formOf(photo: Uint8Array): Buffer {
	return Buffer.concat([
		Buffer.from(
			`--${BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\nContent-Type: image/jpeg\r\n\r\n`,
		),
		photo,
		Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
	]);
}

/** Sends a form and waits for the answer; a status of 0 is a broken connection. */
export function post({ port }: Target, form: Buffer, address: string, signal?: AbortSignal): Promise<Reply> {
	const start = performance.now();
	return new Promise((resolve) => {
		const end = (status: number, retryAfterS = 0) =>
			resolve({ status, retryAfterS, ms: performance.now() - start });
		const asked = request(
			{
				...{
					port,
					host: "127.0.0.1",
					localAddress: address,
					path: "/api/v1/match",
					method: "POST",
					agent: false,
				},
				...(signal && { signal }),
				headers: {
					"Content-Type": `multipart/form-data; boundary=${BOUNDARY}`,
					"Content-Length": form.byteLength,
				},
			},
			(response) => {
				response.resume();
				response.on("error", () => end(0));
				response.on("end", () => end(response.statusCode ?? 0, Number(response.headers["retry-after"] ?? 0)));
			},
		);
		asked.on("error", () => end(0));
		asked.end(form);
	});
}

/** Asks for a page and reads it; resolves to its status, 0 for a broken connection. */
export function ask({ port }: Target, page: string, address: string, signal: AbortSignal): Promise<number> {
	return new Promise((resolve) => {
		const options = { port, host: "127.0.0.1", localAddress: address, path: page, agent: false, signal };
		const asked = request(options, (response) => {
			response.resume();
			response.on("error", () => resolve(0));
			response.on("end", () => resolve(response.statusCode ?? 0));
		});
		asked.on("error", () => resolve(0));
		asked.end();
	});
}

/** Asks again and again until time is up, as often as it is told to wait: how long each answer took, waits included. */
export async function visitPolitely(target: Target, form: Buffer, address: string, untilMs: number) {
	const answeredMs: number[] = [];
	while (performance.now() < untilMs) {
		const start = performance.now();
		let reply = await post(target, form, address);
		while (reply.status !== 200 && performance.now() < untilMs) {
			await wait(Math.max(100, reply.retryAfterS * 1000));
			reply = await post(target, form, address);
		}
		// whoever is still not answered has waited for that long
		answeredMs.push(performance.now() - start);
		await wait(1000);
	}
	return answeredMs;
}

/** Sends the beginning of a request and then next to nothing. */
export function dawdle({ port }: Target, address: string, beginning: string | Buffer): Socket {
	const socket = connect({ port, host: "127.0.0.1", localAddress: address });
	socket.on("error", () => {});
	socket.write(beginning);
	const timer = setInterval(() => socket.write("x"), 1000);
	socket.on("close", () => clearInterval(timer));
	return socket;
}
