/** Whom addresses stand for: by itself, for photos that are counted, and for connections that are open. */
import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { networkOf } from "../../../src/web/guard/network-of.ts";
import { limitConnections } from "../../../src/web/lifecycle/limit-connections.ts";
import { photoForm, type RunningApp, startApp } from "../start-app.ts";

/** Of one telephone's network, and of its neighbour's. */
const PHONE = ["2001:db8:0:7::1", "2001:db8:0:7:ffff::2", "2001:db8:0:7:abcd:1:2:3"];
const NEIGHBOUR = "2001:db8:0:8::1";

describe("networkOf", () => {
	it("is an IPv4 address itself, however it is written, and the /64 of an IPv6 address", () => {
		expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
		expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
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

describe("limitConnections", () => {
	/** What closes, and says so. */
	class FakeSocket extends EventEmitter {
		isClosed = false;
		readonly remoteAddress: string;
		constructor(remoteAddress: string) {
			super();
			this.remoteAddress = remoteAddress;
		}
		destroy(): void {
			this.isClosed = true;
			this.emit("close");
		}
	}

	const open = (server: EventEmitter, address: string) => {
		const socket = new FakeSocket(address);
		server.emit("connection", socket);
		return socket;
	};

	it("closes what a network opens beyond a hundred connections, and counts those that are gone no more", () => {
		const server = new EventEmitter();
		limitConnections(server as Server, { isBehindProxy: false, answerTimeoutMs: 30_000 });
		const opened = Array.from({ length: 101 }, (_, i) => open(server, `2001:db8:0:7::${i.toString(16)}`));
		expect(opened.map(({ isClosed }) => isClosed).lastIndexOf(false)).toBe(99);
		expect(opened[100]?.isClosed).toBe(true);
		expect(open(server, NEIGHBOUR).isClosed).toBe(false);
		opened[0]?.destroy();
		expect(open(server, PHONE[2] as string).isClosed).toBe(false);
		expect(open(server, PHONE[2] as string).isClosed).toBe(true);
	});

	it("leaves room for a browser's connections where a crowd of addresses opens all that they may", () => {
		const server = new EventEmitter();
		limitConnections(server as Server, { isBehindProxy: false, answerTimeoutMs: 30_000 });
		const crowd = Array.from({ length: 40 }, (_, i) => `203.0.113.${i}`);
		const opened = crowd.flatMap((address) => Array.from({ length: 100 }, () => open(server, address)));
		const numOpen = opened.filter(({ isClosed }) => !isClosed).length;
		expect(numOpen).toBeGreaterThan(1000);
		expect(server).toMatchObject({ maxConnections: 2000 });
		expect(numOpen).toBeLessThan(1990);
		const visitor = Array.from({ length: 8 }, () => open(server, NEIGHBOUR));
		expect(visitor.some(({ isClosed }) => isClosed)).toBe(false);
	});

	it("leaves a proxy's connections alone, which are all visitors'", () => {
		const server = new EventEmitter();
		limitConnections(server as Server, { isBehindProxy: true, answerTimeoutMs: 30_000 });
		const opened = Array.from({ length: 150 }, () => open(server, "127.0.0.1"));
		expect(opened.some(({ isClosed }) => isClosed)).toBe(false);
	});
});
