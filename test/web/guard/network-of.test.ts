/** Whom addresses stand for: by itself, and for photos that are counted. */
import { afterEach, describe, expect, it } from "vitest";
import { networkOf } from "../../../src/web/guard/network-of.ts";
import { photoForm, type RunningApp, startApp } from "../start-app.ts";

/** Of one telephone's network, and of its neighbour's. */
const PHONE = ["2001:db8:0:7::1", "2001:db8:0:7:ffff::2", "2001:db8:0:7:abcd:1:2:3"];
const NEIGHBOUR = "2001:db8:0:8::1";

describe("networkOf", () => {
	it("is an IPv4 address itself, however it is written, and the /64 of an IPv6 address", () => {
		expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
		for (const written of ["::ffff:192.0.2.1", "::ffff:c000:201", "64:ff9b::c000:201", "64:ff9b::192.0.2.1"])
			expect(networkOf(written)).toBe("192.0.2.1");
		expect(new Set(PHONE.map(networkOf))).toEqual(new Set(["2001:db8:0:7::/64"]));
		expect(networkOf(NEIGHBOUR)).toBe("2001:db8:0:8::/64");
		expect(networkOf("fe80::1%eth0")).toBe("fe80::/64");
		expect(networkOf(undefined)).toBe("");
	});

	it("is the same with the port that some proxies add", () => {
		expect(networkOf("192.0.2.1:5678")).toBe("192.0.2.1");
		expect(networkOf("[::ffff:192.0.2.1]:443")).toBe("192.0.2.1");
		expect(new Set(PHONE.map((ip, i) => networkOf(`[${ip}]:${40_000 + i}`)))).toEqual(
			new Set(["2001:db8:0:7::/64"]),
		);
		expect(networkOf("[2001:db8:0:7::1]")).toBe("2001:db8:0:7::/64");
		// no port, but the address's end
		expect(networkOf("2001:db8:0:7::1:443")).toBe("2001:db8:0:7::/64");
		expect(networkOf("unknown")).toBe("unknown");
	});
});

describe("a network of IPv6 addresses", () => {
	let app: RunningApp;
	afterEach(() => app.close());

	const post = async (address: string) => {
		const headers = { "X-Forwarded-For": address };
		return (await fetch(`${app.url}/api/v1/match`, { method: "POST", body: photoForm(), headers })).status;
	};

	it("has one address's photos a minute", async () => {
		app = await startApp({ settings: { numTrustedProxies: 1, rateLimitPerMinute: 2 } });
		const statuses: number[] = [];
		for (const address of [...PHONE, NEIGHBOUR]) statuses.push(await post(address));
		expect(statuses).toEqual([200, 200, 429, 200]);
	});
});
