import { afterEach, expect, it } from "vitest";
import { type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

const warnings = () => app?.log.filter((line) => line.includes("TRUST_PROXY")) ?? [];

it("says once, and without the address, that a proxy is not trusted", async () => {
	app = await startApp({ settings: { numTrustedProxies: 0 } });
	await fetch(app.url);
	expect(warnings()).toEqual([]);
	for (let i = 0; i < 3; i++) await fetch(app.url, { headers: { "X-Forwarded-For": "203.0.113.7" } });
	expect(warnings()).toHaveLength(1);
	expect(warnings()[0]).not.toContain("203.0.113.7");
});

it("says nothing where the proxy is trusted", async () => {
	app = await startApp({ settings: { numTrustedProxies: 1 } });
	await fetch(app.url, { headers: { "X-Forwarded-For": "203.0.113.7" } });
	expect(warnings()).toEqual([]);
});
