import { afterEach, describe, expect, it } from "vitest";
import { createKey, type KnownKey } from "../../../src/keys/key-file.ts";
import { API_PATH, OPERATIONS } from "../../../src/web/api/operations.ts";
import { errorOf, photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

const SITE = "https://example.org";
const version = (headers: Record<string, string> = {}, method = "GET") =>
	fetch(`${app!.url}/api/v1/version`, { method, headers });

describe("other sites", () => {
	it("may not ask where no setting says so", async () => {
		app = await startApp();
		expect((await version({ origin: SITE })).headers.get("access-control-allow-origin")).toBeNull();
	});

	it("may ask, and read what they need, where they are named", async () => {
		app = await startApp({ settings: { corsOrigins: [SITE] } });
		const { headers } = await version({ origin: SITE });
		expect(headers.get("access-control-allow-origin")).toBe(SITE);
		expect(headers.get("access-control-expose-headers")).toContain("Retry-After");
		expect(headers.get("access-control-allow-credentials")).toBeNull();
		const other = await version({ origin: "https://example.com" });
		expect(other.headers.get("access-control-allow-origin")).toBeNull();
		for (const { path, method } of Object.values(OPERATIONS)) {
			const wanted = method.toUpperCase();
			const preflight = await fetch(app.url + API_PATH + path.replaceAll(/[{}]/g, ""), {
				method: "OPTIONS",
				headers: { origin: SITE, "access-control-request-method": wanted },
			});
			expect(preflight.status).toBe(204);
			expect(preflight.headers.get("access-control-allow-methods")?.split(",")).toContain(wanted);
		}
		const page = await fetch(app.url, { headers: { origin: SITE } });
		expect(page.headers.get("access-control-allow-origin")).toBeNull();
	});
});

describe("keys", () => {
	it("are wanted of all but the page, each with its own limit, until they are taken away", async () => {
		const shop = createKey("shop", { photosPerMinute: 1 }, "2026-11-26");
		const lab = createKey("lab", {}, "2026-11-26");
		let keys: KnownKey[] = [shop.known, lab.known];
		app = await startApp({ askKeys: () => keys, settings: { corsOrigins: [SITE] } });
		const refused = await version();
		expect(refused.status).toBe(401);
		expect(refused.headers.get("www-authenticate")).toBe("Bearer");
		expect((await errorOf(refused)).code).toBe("UNAUTHORIZED");
		expect((await version({ authorization: "Bearer cf_wrong" })).status).toBe(401);
		expect((await fetch(app.url)).status).toBe(200);
		const preflight = { origin: SITE, "access-control-request-method": "GET" };
		expect((await version(preflight, "OPTIONS")).status).toBe(204);

		const match = (key: string) => {
			const headers = { authorization: `Bearer ${key}` };
			return fetch(`${app!.url}/api/v1/match`, { method: "POST", body: photoForm(), headers });
		};
		expect((await match(shop.key)).status).toBe(200);
		expect((await match(shop.key)).status).toBe(429);
		expect((await match(lab.key)).status).toBe(200);
		expect((await match(lab.key)).status).toBe(200);
		keys = [shop.known];
		expect((await match(lab.key)).status).toBe(401);
		expect(app.log.join("\n")).not.toContain(lab.key);
	});

	it("are kept as hashes only", () => {
		const { key, known } = createKey("shop", {}, "2026-11-26");
		expect(key).toMatch(/^cf_[\w-]{43}$/);
		expect(JSON.stringify(known)).not.toContain(key.slice(3));
	});
});
