import { afterEach, expect, it } from "vitest";
import { photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(() => app?.close());

const TOKEN = "a-secret-of-some-length";

it("are read with the token, and say what was answered, refused and how long it took, but of whom nothing", async () => {
	app = await startApp({ settings: { metricsToken: TOKEN } });
	const post = (body: FormData) => fetch(`${app!.url}/api/v1/match?who=me`, { method: "POST", body });
	await post(photoForm());
	await post(new FormData());
	await fetch(`${app.url}/some-name`);
	const read = (authorization: string) => fetch(`${app!.url}/metrics`, { headers: { authorization } });
	expect((await read("Bearer wrong")).status).toBe(404);
	const response = await read(`Bearer ${TOKEN}`);
	expect(response.headers.get("content-type")).toContain("text/plain");
	const text = await response.text();
	expect(text).toContain('refusals_total{code="NO_PHOTO"} 1');
	expect(text).toMatch(
		/http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/match",status="200"\} 1/,
	);
	expect(text).toMatch(/match_stage_duration_seconds_count\{stage="decode"\} 1/);
	expect(text).toContain("gallery_people 1673");
	expect(text).toContain("nodejs_eventloop_lag_max_seconds");
	expect(text).not.toMatch(/some-name|who=|127\.0\.0\.1|Lovelace/);
});

it("can't be read where no token is set", async () => {
	app = await startApp();
	expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
});

it("have one row for all methods that nobody needs", async () => {
	app = await startApp({ settings: { metricsToken: TOKEN } });
	for (const method of ["PROPFIND", "M-SEARCH", "UNLINK"]) await fetch(`${app.url}/`, { method });
	const response = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
	const text = await response.text();
	expect(text.match(/http_request_duration_seconds_count\{.*/g)).toEqual([
		expect.stringMatching(/method="other",.* 3$/),
	]);
});
