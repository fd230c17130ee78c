import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { Lane } from "../../src/wikimedia/http/lane.ts";
import { WikimediaClient } from "../../src/wikimedia/http/wikimedia-client.ts";
import { userAgentOf } from "../../src/wikimedia/services.ts";

const ANY = z.object({ ok: z.literal(true) });

async function clientOf(listener: RequestListener, options: { timeoutMs?: number } = {}) {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	const base = `http://127.0.0.1:${port}`;
	const services = {
		sparqlUrl: `${base}/sparql`,
		wikidataApiUrl: `${base}/api`,
		commonsApiUrl: `${base}/api`,
		mediaHosts: [`127.0.0.1:${port}`],
		contact: "https://example.org/me",
		apiPerMinute: 1_000_000,
		mediaPerSecond: 1_000_000,
	};
	const fast = { version: "1.2.3", retryDelayMs: 1, maxAttempts: 3, maxPhotoBytes: 1000, ...options };
	return { client: new WikimediaClient(services, fast), base };
}

describe("WikimediaClient", () => {
	it("says who asks, in which library, and who can be written to", async () => {
		const agents: (string | undefined)[] = [];
		const { client } = await clientOf((request, response) => {
			agents.push(request.headers["user-agent"]);
			response.end('{"ok":true}');
		});
		await client.wikidata({}, ANY);
		expect(agents).toEqual([`celebrity-faces/1.2.3 (https://example.org/me) node/${process.versions.node}`]);
	});

	it.each(["", "me", "a b@c.d", "ftp://x.y", "(x@y.z)"])("does not ask for %j", (contact) => {
		expect(() => userAgentOf(contact, "1")).toThrow(/WIKIMEDIA_CONTACT/);
	});

	it("sends what is too long for an address as a form", async () => {
		const methods: string[] = [];
		const { client } = await clientOf(async (request, response) => {
			let body = "";
			for await (const chunk of request) body += String(chunk);
			methods.push(
				`${request.method} ${new URLSearchParams(body).get("titles")?.length} ${new URLSearchParams(body).get("maxlag")}`,
			);
			response.end('{"ok":true}');
		});
		await client.commons({ titles: "Ж".repeat(700) }, ANY);
		expect(methods).toEqual(["POST 700 5"]);
	});

	it("tries again as often as is worth it, and then says so", async () => {
		let numRequests = 0;
		const { client } = await clientOf((_request, response) => {
			numRequests++;
			response.writeHead(503).end();
		});
		await expect(client.wikidata({}, ANY)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
		expect(numRequests).toBe(3);
		await expect(client.sparql("SELECT", ANY)).rejects.toMatchObject({ code: "QUERY_FAILED" });
		expect(numRequests).toBe(5);
	});

	it("does not wait for a service that wants to be left alone for hours", async () => {
		const { client } = await clientOf((_request, response) => {
			response.writeHead(429, { "retry-after": "86400" }).end();
		});
		await expect(client.wikidata({}, ANY)).rejects.toMatchObject({
			code: "DOWNLOAD_FAILED",
			hint: expect.stringContaining("later"),
		});
	});

	it("asks nothing else of a service that wants to be left alone", async () => {
		const askedMs: number[] = [];
		const { client } = await clientOf((_request, response) => {
			askedMs.push(performance.now());
			if (askedMs.length === 1) response.writeHead(429, { "retry-after": "1" }).end();
			else response.end('{"ok":true}');
		});
		await Promise.all([client.wikidata({}, ANY), client.commons({}, ANY)]);
		expect(askedMs).toHaveLength(3);
		expect((askedMs[1] as number) - (askedMs[0] as number)).toBeGreaterThanOrEqual(990);
	});

	it("waits longer and longer for a service that always says that it takes a moment", async () => {
		const pause = vi.spyOn(Lane.prototype, "pause").mockReturnValue();
		onTestFinished(() => pause.mockRestore());
		let numRequests = 0;
		const { client } = await clientOf((_request, response) => {
			numRequests++;
			response.writeHead(429, { "retry-after": "0" }).end();
		});
		await expect(client.wikidata({}, ANY)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
		expect(numRequests).toBe(31);
		// the others are the spaces between two requests
		const waits = pause.mock.calls.map(([ms]) => ms).filter((_, i) => i % 2 === 1);
		expect(waits.slice(4, 8)).toEqual([1, 2, 4, 8]);
		expect(waits.slice(-2)).toEqual([60_000, 60_000]);
	});

	it("leaves out a photo that never comes whole, and ends where none does", async () => {
		let isCut = true;
		const { client, base } = await clientOf((_request, response) => {
			response.writeHead(200, { "content-type": "image/jpeg", "content-length": 10 });
			if (isCut) response.write(Buffer.alloc(5), () => response.destroy());
			else response.end(Buffer.alloc(10));
		});
		const outcomes: string[] = [];
		for (const cut of [true, true, false, true, true, true]) {
			isCut = cut;
			await client.photo(`${base}/a.jpg`).then(
				() => outcomes.push("whole"),
				({ code }) => outcomes.push(code),
			);
		}
		const unserved = "FILE_UNSERVED";
		expect(outcomes).toEqual([unserved, unserved, "whole", unserved, unserved, "DOWNLOAD_FAILED"]);
	});

	it.each([
		["an error of the API", '{"error":{"code":"badvalue","info":"Nope"}}', /badvalue: Nope/],
		["another shape", '{"ok":1}', /another kind of answer/],
	])("does not try again after %s", async (_what, body, message) => {
		let numRequests = 0;
		const { client } = await clientOf((_request, response) => {
			numRequests++;
			response.end(body);
		});
		await expect(client.commons({}, ANY)).rejects.toMatchObject({ message: expect.stringMatching(message) });
		expect(numRequests).toBe(1);
	});

	it.each<[string, RequestListener]>([
		["another host", (_q, r) => void r.writeHead(302, { location: "http://localhost:1/x" }).end()],
		["another protocol", (q, r) => void r.writeHead(302, { location: `https://${q.headers.host}/x` }).end()],
		["nowhere", (_q, r) => void r.writeHead(302, { location: "http://[" }).end()],
		["a file", (_q, r) => void r.writeHead(302, { location: "file:///etc/passwd" }).end()],
		["itself", (q, r) => void r.writeHead(302, { location: q.url ?? "" }).end()],
	])("does not follow a redirect to %s", async (_where, listener) => {
		const { client, base } = await clientOf(listener);
		await expect(client.photo(`${base}/a.jpg`)).rejects.toMatchObject({ code: "FILE_REFUSED" });
	});

	it.each<[string, RequestListener]>([
		["a page", (_q, r) => void r.writeHead(200, { "content-type": "text/html" }).end("<p>")],
		["a drawing", (_q, r) => void r.writeHead(200, { "content-type": "image/svg+xml" }).end("<svg/>")],
		["nothing", (_q, r) => void r.writeHead(404).end()],
		[
			"too much, as announced",
			(_q, r) =>
				void r
					.writeHead(200, { "content-type": "image/jpeg", "content-length": 1001 })
					.end(Buffer.alloc(1001)),
		],
		[
			"too much, unannounced",
			(_q, r) => void r.writeHead(200, { "content-type": "image/jpeg" }).end(Buffer.alloc(5000)),
		],
	])("refuses %s for a photo", async (_what, listener) => {
		const { client, base } = await clientOf(listener);
		await expect(client.photo(`${base}/a.jpg`)).rejects.toMatchObject({ code: "FILE_REFUSED" });
	});

	it("takes a photo that came whole only at the second time", async () => {
		let numRequests = 0;
		const { client, base } = await clientOf((_request, response) => {
			response.writeHead(200, { "content-type": "image/jpeg", "content-length": 10 });
			if (numRequests++ === 0) response.write(Buffer.alloc(5), () => response.destroy());
			else response.end(Buffer.alloc(10, 7));
		});
		expect(await client.photo(`${base}/a.jpg`)).toEqual(Buffer.alloc(10, 7));
	});

	it("does not wait for ever for an answer that does not come", async () => {
		const { client } = await clientOf(() => undefined, { timeoutMs: 20 });
		await expect(client.wikidata({}, ANY)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
	});
});
