/**
 * What happens to the rest of a body whose request has been answered already, as an upload that was refused. Browsers
 * show an answer only once they have sent all; so the rest is read, but slowly, within bounds, and for few requests at
 * a time. The others' connections are left alone for some seconds and then closed: reading what hundreds of them send at
 * full speed would keep the event loop from everybody else for seconds, and closing them at once would only make room
 * for the next ones. An address that has many of those is refused in a line, as a page costs milliseconds.
 */
import type { Request, RequestHandler } from "express";
import { addressOf } from "./admission.ts";

export interface UnreadBodyLimits {
	/** Bytes of one body that are read after the answer. */
	readonly maxBytes: number;
	/** How long. Default 30 s. */
	readonly maxMs?: number;
	/** Bodies of one address that are read at a time. Default 2. */
	readonly maxPerAddress?: number;
	/** Bodies of all addresses that are read at a time. Default 16. */
	readonly maxInAll?: number;
	/** How long the connections of others stay, unread. Default 5 s. */
	readonly holdMs?: number;
	/** Answered connections of one address with an unread body, from which on it is refused in a line. Default 8. */
	readonly maxLeft?: number;
}

const DEFAULTS = { maxMs: 30_000, maxPerAddress: 2, maxInAll: 16, holdMs: 5000, maxLeft: 8 };
/** A piece has up to 64 kB: so about 6 MB a second. */
const MS_BETWEEN_PIECES = 10;

export function createUnreadBodyLimit(limits: UnreadBodyLimits): RequestHandler {
	const { maxBytes, maxMs, maxPerAddress, maxInAll, holdMs, maxLeft } = { ...DEFAULTS, ...limits };
	const read = new Count();
	const left = new Count();
	return (req, res, next) => {
		const address = addressOf(req);
		// before Node decides to read the rest at full speed, which it does at the answer's end
		res.once("prefinish", () => {
			if (req.complete || req.socket.destroyed) return;
			closeOnceRead(req);
			if (read.total < maxInAll && read.of(address) < maxPerAddress) {
				onEnd(req, read.add(address));
				readSlowly(req, maxBytes, maxMs);
			} else {
				onEnd(req, left.add(address));
				leaveUnread(req, holdMs);
			}
		});
		if (left.of(address) < maxLeft || !hasBody(req)) return next();
		res.locals.errorCode = "TOO_MANY_REQUESTS";
		res
			.set("Retry-After", `${Math.ceil(holdMs / 1000)}`)
			.type("text")
			.status(429)
			.send("Too many requests.\n");
	};
}

/** How many of something there are, by address. */
class Count {
	readonly #byAddress = new Map<string, number>();
	total = 0;

	of(address: string): number {
		return this.#byAddress.get(address) ?? 0;
	}

	/** @returns takes it away again */
	add(address: string): () => void {
		this.#change(address, 1);
		return () => this.#change(address, -1);
	}

	#change(address: string, by: 1 | -1): void {
		this.total += by;
		const now = this.of(address) + by;
		if (now === 0) this.#byAddress.delete(address);
		else this.#byAddress.set(address, now);
	}
}

function hasBody(req: Request): boolean {
	return req.headers["content-length"] !== undefined || req.headers["transfer-encoding"] !== undefined;
}

/** Told once, when the body has been read or its connection is closed. */
function onEnd(req: Request, listener: () => void): void {
	const { socket } = req;
	const end = () => {
		req.off("end", end);
		socket.off("close", end);
		listener();
	};
	req.on("end", end);
	socket.on("close", end);
}

/**
 * Where the connection ends with the answer (`Connection: close`), Node would close it at once. What a client still sends
 * is then refused by our machine, and that makes the client's throw away the answer; so only our side of it ends before
 * the body has been read (nginx calls that a lingering close).
 */
function closeOnceRead(req: Request): void {
	const { socket } = req;
	const { destroySoon } = socket;
	let isEnding = false;
	socket.destroySoon = () => {
		isEnding = true;
		socket.end();
	};
	onEnd(req, () => {
		socket.destroySoon = destroySoon;
		if (isEnding) socket.destroySoon();
	});
}

/** Reads a body and forgets it; where it is too long in either sense, its connection is closed. */
function readSlowly(req: Request, maxBytes: number, maxMs: number): void {
	const { socket } = req;
	let numBytes = 0;
	let pause: NodeJS.Timeout | undefined;
	const end = setTimeout(() => socket.destroy(), maxMs).unref();
	req.on("data", (chunk: Buffer) => {
		numBytes += chunk.byteLength;
		if (numBytes > maxBytes) socket.destroy();
		req.pause();
		pause = setTimeout(() => req.resume(), MS_BETWEEN_PIECES);
	});
	onEnd(req, () => {
		clearTimeout(end);
		clearTimeout(pause);
	});
	// whatever listened before has what it needs
	req.unpipe();
	req.resume();
	takeOver(req);
}

function leaveUnread(req: Request, holdMs: number): void {
	req.unpipe();
	req.pause();
	takeOver(req);
	const end = setTimeout(() => req.socket.destroy(), holdMs).unref();
	onEnd(req, () => clearTimeout(end));
}

/** What has been asked for a piece counts as read: Node leaves the rest of it to us. */
function takeOver(req: Request): void {
	req.read(0);
}
