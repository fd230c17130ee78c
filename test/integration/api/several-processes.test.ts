/**
 * A server of several processes, as whoever runs it meets it: one dies or is stopped, an address asks too much, all are
 * told to end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type OutgoingHttpHeaders, request } from "node:http";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { CLI_FILE } from "../../helpers/processes/built-cli.ts";
import { childrenOf, isAlive } from "../../helpers/processes/processes.ts";
import { readSamplePhoto } from "../../helpers/sample-photos.ts";

const TOKEN = "only-for-this-test";

let server: ChildProcess;
let port: number;
let output = "";

const startServer = (settings: Record<string, string>) =>
	spawn(process.execPath, [CLI_FILE, "serve"], {
		cwd: PROJECT_FOLDER,
		env: { ...process.env, HOST: "127.0.0.1", PROCESSES: "2", ...settings },
	});

/** Starts the server that is asked from now on. */
async function startAsked(settings: Record<string, string>): Promise<void> {
	output = "";
	server = startServer({ PORT: "0", METRICS_TOKEN: TOKEN, ...settings });
	for (const stream of [server.stdout, server.stderr])
		stream?.on("data", (text) => {
			output += text;
		});
	await said("By 2 processes.");
	port = Number(/localhost:(\d+)/.exec(output)?.[1]);
}
afterAll(() => server.kill("SIGKILL"));

async function said(sentence: string): Promise<void> {
	await until(() => {
		if (server.exitCode !== null) throw new Error(`The server ended: ${output}`);
		return output.includes(sentence);
	});
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** On a connection of its own, so that the processes take turns. */
function ask(
	path: string,
	{
		method = "GET",
		headers = {},
		body,
	}: { method?: string; headers?: OutgoingHttpHeaders; body?: Buffer } = {},
): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const asked = request({ port, host: "127.0.0.1", path, method, headers, agent: false }, (response) => {
			let text = "";
			response.on("data", (chunk) => {
				text += chunk;
			});
			response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
		});
		asked.on("error", reject);
		asked.end(body);
	});
}

describe("a server of two processes", () => {
	beforeAll(() => startAsked({ RATE_LIMIT_PER_MINUTE: "10", DRAIN_S: "0" }));

	it("adds up what both have counted", async () => {
		for (let i = 0; i < 6; i++) expect((await ask("/privacy")).status).toBe(200);
		const { text } = await ask("/metrics", { headers: { authorization: `Bearer ${TOKEN}` } });
		expect(text).toMatch(/http_request_duration_seconds_count\{[^}]*route="\/privacy"[^}]*\} 6$/m);
		expect(text).toMatch(/^ready 1$/m);
		expect(text).toMatch(/^decoding_processes 2$/m);
	});

	it("counts an address's photos in both together", async () => {
		const statuses: number[] = [];
		for (let i = 0; i < 20; i++) statuses.push((await ask("/api/v1/match", { method: "POST" })).status);
		// each alone would let ten through
		expect(statuses.filter((status) => status !== 429).length).toBeLessThan(16);
		expect(statuses.at(-1)).toBe(429);
	});

	it("replaces one that dies, and answers meanwhile", async () => {
		const before = childrenOf(server.pid as number);
		expect(before).toHaveLength(2);
		process.kill(before[0] as number, "SIGKILL");
		await said("is replaced");
		expect((await ask("/healthz")).status).toBe(200);
		await until(() => childrenOf(server.pid as number).length === 2);
		const now = childrenOf(server.pid as number);
		expect(now).toContain(before[1]);
		expect(now).not.toContain(before[0]);
		// nobody meets the new one before it can answer photos
		while (!output.includes("answers again")) expect((await ask("/readyz")).status).toBe(200);
	});

	it("ends all of them when the first one is told to", async () => {
		const children = childrenOf(server.pid as number);
		const exited = once(server, "exit");
		server.kill("SIGTERM");
		expect(await exited).toEqual([0, null]);
		expect(children.filter(isAlive)).toEqual([]);
	});

	it("fails once, and says why, where it can't be started", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port: taken } = other.address() as { port: number };
		const failing = startServer({ PORT: `${taken}` });
		let errors = "";
		failing.stderr?.on("data", (text) => {
			errors += text;
		});
		const [code] = await once(failing, "exit");
		other.close();
		expect(code).toBe(1);
		expect(errors).toContain(`PORT="${taken}"`);
	});
});

describe("a server of two processes of which one is stopped", () => {
	beforeAll(() => startAsked({ DRAIN_S: "0" }));

	/** What becomes of a request: its status, or "closed". */
	const outcome = (asked: Promise<{ status: number }>) =>
		asked.then(
			({ status }) => status,
			() => "closed",
		);
	const ALL_CLOSED_OR_ANSWERED = [200, "closed"];

	it("ends and replaces it; whoever met it is not left waiting, and the other one answers meanwhile", async () => {
		const [stopped, other] = childrenOf(server.pid as number) as [number, number];
		process.kill(stopped, "SIGSTOP");
		const form = new FormData();
		form.set("photo", new Blob([await readSamplePhoto(1)]), "a.jpg");
		const { headers, body } = new Request("http://x", { method: "POST", body: form });
		const photo = {
			method: "POST",
			headers: { "Content-Type": headers.get("Content-Type") ?? "" },
			body: Buffer.from(await new Response(body).arrayBuffer()),
		};
		const photos = Array.from({ length: 3 }, () => outcome(ask("/api/v1/match", photo)));
		const pages = Array.from({ length: 3 }, () => outcome(ask("/healthz")));
		const asked = await Promise.all([...photos, ...pages]);
		expect(ALL_CLOSED_OR_ANSWERED).toEqual(expect.arrayContaining(asked));
		// the stopped one is handed a single connection
		expect(asked.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5);
		await said("does not answer");
		await said("answers again");
		const now = childrenOf(server.pid as number);
		expect(now).toContain(other);
		expect(now).not.toContain(stopped);
		expect(isAlive(stopped)).toBe(false);
	});

	it("ends when it is told to, with exit code 0, and closes what the stopped one was asked", async () => {
		const [stopped] = childrenOf(server.pid as number) as [number];
		process.kill(stopped, "SIGSTOP");
		const asked = [1, 2].map(() => outcome(ask("/healthz")));
		// one of two connections goes to each, and what is answered is the other one's
		expect(await Promise.race(asked)).toBe(200);
		const exited = once(server, "exit");
		server.kill("SIGTERM");
		expect(await exited).toEqual([0, null]);
		expect((await Promise.all(asked)).sort()).toEqual([200, "closed"]);
	});
});
