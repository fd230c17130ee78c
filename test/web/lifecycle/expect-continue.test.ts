/** Clients that ask before they send a body are told to only where it is going to be read. */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterEach, expect, it } from "vitest";
import { photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
afterEach(() => app.close());

/** Sends the headers of a body and waits: for the word to go on, or for the answer. */
async function announce(path: string, headers: Record<string, string>) {
	const asked: ClientRequest = request(`${app.url}${path}`, {
		method: "POST",
		headers: { Expect: "100-continue", ...headers },
	});
	asked.flushHeaders();
	const answer = once(asked, "response").then(([response]) => response as IncomingMessage);
	const first = await Promise.race([once(asked, "continue").then(() => "continue" as const), answer]);
	return { asked, first, answer };
}

it("are told to send a photo that is wanted, and keep their connection", async () => {
	app = await startApp();
	const form = new Response(photoForm());
	const body = Buffer.from(await form.clone().arrayBuffer());
	const { asked, first, answer } = await announce("/api/v1/match", {
		"Content-Type": form.headers.get("content-type") as string,
		"Content-Length": String(body.byteLength),
	});
	expect(first).toBe("continue");
	asked.end(body);
	const { statusCode, headers } = await answer;
	expect(statusCode).toBe(200);
	expect(headers.connection).not.toBe("close");
});

it.each([
	["too large", "/api/v1/match", { "Content-Type": "image/jpeg", "Content-Length": "2000000" }, 413],
	[
		"too large as JSON",
		"/api/v1/match",
		{ "Content-Type": "application/json", "Content-Length": "9000000" },
		413,
	],
	["of another kind", "/api/v1/match", { "Content-Type": "text/html", "Content-Length": "2000000" }, 400],
	["for nobody", "/nothing-here", { "Content-Type": "image/jpeg", "Content-Length": "2000000" }, 404],
])("are refused before they send one that is %s", async (_what, path, headers, status) => {
	app = await startApp();
	const { asked, first } = await announce(path, headers);
	expect(first).toMatchObject({ statusCode: status });
	expect((first as IncomingMessage).headers.connection).toBe("close");
	asked.destroy();
});

it("are refused before they send one photo too many", async () => {
	app = await startApp({ settings: { rateLimitPerMinute: 1 } });
	await fetch(`${app.url}/api/v1/match`, { method: "POST", body: photoForm() });
	const { asked, first } = await announce("/api/v1/match", {
		"Content-Type": "image/jpeg",
		"Content-Length": "500000",
	});
	expect(first).toMatchObject({ statusCode: 429 });
	asked.destroy();
});
