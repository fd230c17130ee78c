/** Whose connections are closed where there are many. */
import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { describe, expect, it } from "vitest";
import { IdleConnections } from "../../../src/web/lifecycle/idle-connections.ts";
import { limitConnections } from "../../../src/web/lifecycle/limit-connections.ts";
import { connectionsWithin } from "../../../src/web/lifecycle/open-files.ts";

/** Of one telephone's network, and of its neighbour's. */
const PHONE = ["2001:db8:0:7::1", "2001:db8:0:7:ffff::2", "2001:db8:0:7:abcd:1:2:3"];
const NEIGHBOUR = "2001:db8:0:8::1";

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

function limited({ isBehindProxy = false, maxInAll = 2000 } = {}): EventEmitter {
	const server = new EventEmitter();
	const idle = new IdleConnections(server as Server);
	limitConnections(server as Server, { isBehindProxy, answerTimeoutMs: 30_000, idle, maxInAll });
	return server;
}

function open(server: EventEmitter, address: string): FakeSocket {
	const socket = new FakeSocket(address);
	server.emit("connection", socket);
	return socket;
}

/**
 * @param complete whether all of the request has come
 * @returns the answer, which is yet to come
 */
function ask(server: EventEmitter, socket: FakeSocket, { complete = true } = {}): FakeAnswer {
	const answer = new FakeAnswer();
	server.emit("request", { socket, complete }, answer);
	return answer;
}

class FakeAnswer extends EventEmitter {
	/** Whether all of it is there to be read. */
	writableEnded = false;
}

describe("limitConnections", () => {
	it("closes what a network opens beyond a hundred connections, and counts those that are gone no more", () => {
		const server = limited();
		const opened = Array.from({ length: 101 }, (_, i) => open(server, `2001:db8:0:7::${i.toString(16)}`));
		expect(opened.map(({ isClosed }) => isClosed).lastIndexOf(false)).toBe(99);
		expect(opened[100]?.isClosed).toBe(true);
		expect(open(server, NEIGHBOUR).isClosed).toBe(false);
		opened[0]?.destroy();
		expect(open(server, PHONE[2] as string).isClosed).toBe(false);
		expect(open(server, PHONE[2] as string).isClosed).toBe(true);
	});

	it("leaves room for a browser's connections where a crowd of addresses opens all that they may", () => {
		const server = limited();
		const crowd = Array.from({ length: 40 }, (_, i) => `203.0.113.${i}`);
		const opened = crowd.flatMap((address) => Array.from({ length: 100 }, () => open(server, address)));
		const numOpen = opened.filter(({ isClosed }) => !isClosed).length;
		expect(numOpen).toBeGreaterThan(1000);
		expect(numOpen).toBeLessThan(1990);
		const visitor = Array.from({ length: 8 }, () => open(server, NEIGHBOUR));
		expect(visitor.some(({ isClosed }) => isClosed)).toBe(false);
	});

	it("leaves a proxy's connections alone, which are all visitors'", () => {
		const server = limited({ isBehindProxy: true });
		const opened = Array.from({ length: 150 }, () => open(server, "127.0.0.1"));
		expect(opened.some(({ isClosed }) => isClosed)).toBe(false);
		// longer than Caddy keeps one that it may use again
		expect((server as Server).keepAliveTimeout).toBeGreaterThan(120_000);
	});

	it("closes those that ask nothing, of the address that has most, where somebody with many addresses holds all", () => {
		const server = limited();
		const early = open(server, NEIGHBOUR);
		const networks = Array.from({ length: 256 }, (_, i) => `2001:db8:1:${i.toString(16)}::1`);
		const opened = Array.from({ length: 10 }, () => networks.map((address) => open(server, address))).flat();
		const asked = opened.slice(0, 1000).filter(({ isClosed }) => !isClosed);
		for (const socket of asked) ask(server, socket);
		const visitor = Array.from({ length: 8 }, () => open(server, PHONE[0] as string));
		expect([early, ...asked, ...visitor].some(({ isClosed }) => isClosed)).toBe(false);
		expect(opened.filter(({ isClosed }) => !isClosed).length).toBeLessThan(2000);
	});

	it("closes those that send or read slowly, of the address that has most, where somebody holds all with them", () => {
		const server = limited();
		const early = open(server, NEIGHBOUR);
		ask(server, early, { complete: false });
		const networks = Array.from({ length: 248 }, (_, i) => `2001:db8:1:${i.toString(16)}::1`);
		const opened = Array.from({ length: 8 }, () => networks.map((address) => open(server, address))).flat();
		const [answered, ...others] = opened as [FakeSocket, ...FakeSocket[]];
		ask(server, answered);
		const read = others.splice(0, 3);
		for (const socket of read) ask(server, socket).writableEnded = true;
		for (const socket of others) ask(server, socket, { complete: false });
		const visitor = Array.from({ length: 8 }, () => open(server, PHONE[0] as string));
		expect([early, answered, ...visitor].some(({ isClosed }) => isClosed)).toBe(false);
		// those that have been waited for for longest
		expect(read.every(({ isClosed }) => isClosed)).toBe(true);
	});

	it("closes what comes beyond 2000, where something is asked on all", () => {
		const server = limited();
		const networks = Array.from({ length: 2010 }, (_, i) => `2001:db8:1:${i.toString(16)}::1`);
		const opened = networks.map((address) => {
			const socket = open(server, address);
			ask(server, socket);
			return socket;
		});
		expect(opened.map(({ isClosed }) => isClosed).indexOf(true)).toBe(2000);
	});

	it("leaves some of the files that may be open to the rest of the program, however few they are", () => {
		expect([64, 128, 256, 1024].map(connectionsWithin)).toEqual([32, 50, 156, 924]);
		const server = limited({ maxInAll: connectionsWithin(64) });
		const opened = Array.from({ length: 60 }, (_, i) => {
			const socket = open(server, `203.0.113.${i}`);
			ask(server, socket);
			return socket;
		});
		expect(opened.filter(({ isClosed }) => !isClosed).length).toBe(32);
	});

	it("closes the one that asks nothing for longest", () => {
		const server = limited();
		const networks = Array.from({ length: 1990 }, (_, i) => `2001:db8:1:${i.toString(16)}::1`);
		const opened = networks.map((address) => open(server, address));
		const answer = ask(server, opened[0] as FakeSocket);
		answer.emit("close");
		open(server, NEIGHBOUR);
		open(server, PHONE[0] as string);
		const closed = opened.flatMap(({ isClosed }, i) => (isClosed ? [i] : []));
		expect(closed).toEqual([1, 2]);
	});
});
