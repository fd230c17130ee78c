/** The other processes of the same server, where there are some: what an address may ask for is counted for all of them. */
import { MemoryStore } from "express-rate-limit";
import { z } from "zod";

export interface Peers {
	/** Tells all others. */
	tell(topic: string, value: unknown): void;
	/** @param listener handed what another one tells */
	hear(topic: string, listener: (value: unknown) => void): void;
}

/** A server of one process. */
export const NO_PEERS: Peers = { tell: () => {}, hear: () => {} };

const KEY = z.string();

/** Counts requests, those that the others answer included. */
export class SharedStore extends MemoryStore {
	readonly #peers: Peers;
	readonly #topic: string;

	/** @param topic what is counted: the same in all processes */
	constructor(peers: Peers, topic: string) {
		super();
		this.#peers = peers;
		this.#topic = topic;
		peers.hear(topic, (key) => void this.#count(KEY.parse(key)));
	}

	override async increment(key: string) {
		this.#peers.tell(this.#topic, key);
		return this.#count(key);
	}

	async #count(key: string) {
		const counted = await super.increment(key);
		const leftMs = (counted.resetTime ?? new Date()).getTime() - Date.now();
		if (leftMs <= this.windowMs) return counted;
		// the machine's clock was put back: its owner would be refused until it is as late again
		await this.resetKey(key);
		return super.increment(key);
	}
}
