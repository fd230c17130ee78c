/**
 * What each address has cost of late, in milliseconds of work. A leaky bucket says whether it may ask for more; a sum that
 * fades says who is next of those that wait: where a crowd waits, every bucket is empty long before its address has a turn.
 */

import { z } from "zod";
import { NO_PEERS, type Peers } from "./peers.ts";

const CHARGE = z.object({ address: z.string(), ms: z.number() });
const TOPIC = "work";

/** What leaks out of a bucket where no limit says it: half of one core. */
const DEFAULT_LEAK_SHARE = 0.5;
const MINUTE_MS = 60_000;
/** After so long, what an address has cost counts 1/e of it for the order. */
const FADE_MS = 60_000;
/** What is left of that when it is forgotten. */
const FADED_MS = 10;
/** Buckets that are looked at each time one is filled. */
const NUM_LOOKED_AT = 4;

export class AddressLedger {
	readonly #limitMs: number;
	readonly #leakShare: number;
	readonly #now: () => number;
	readonly #peers: Peers;
	readonly #debts = new Map<
		string,
		{ readonly ms: number; readonly fadingMs: number; readonly at: number }
	>();

	/**
	 * @param maxMsPerMinute of work per minute and address; 0 for no limit
	 * @param now milliseconds that pass
	 * @param peers what is charged in one is charged in all
	 */
	constructor(maxMsPerMinute: number, now: () => number = () => performance.now(), peers = NO_PEERS) {
		this.#peers = peers;
		peers.hear(TOPIC, (value) => {
			const { address, ms } = CHARGE.parse(value);
			this.#note(address, ms);
		});
		this.#limitMs = maxMsPerMinute;
		this.#leakShare = maxMsPerMinute === 0 ? DEFAULT_LEAK_SHARE : maxMsPerMinute / MINUTE_MS;
		this.#now = now;
	}

	/** Milliseconds of work that the address owes. */
	debtMs(address: string): number {
		const debt = this.#debts.get(address);
		return debt ? Math.max(0, debt.ms - (this.#now() - debt.at) * this.#leakShare) : 0;
	}

	/**
	 * Milliseconds of work that the address has cost, the less the longer ago.
	 * @param at the moment of asking: the same for all that are compared, as each sum fades between two readings of a clock
	 */
	recentMs(address: string, at = this.#now()): number {
		const debt = this.#debts.get(address);
		return debt ? debt.fadingMs * Math.exp((debt.at - at) / FADE_MS) : 0;
	}

	/** Whole seconds until the address may ask again; 0 where it may now. */
	waitS(address: string): number {
		if (this.#limitMs === 0) return 0;
		const excessMs = this.debtMs(address) - this.#limitMs;
		return excessMs > 0 ? Math.ceil(excessMs / this.#leakShare / 1000) : 0;
	}

	charge(address: string, ms: number): void {
		this.#note(address, ms);
		this.#peers.tell(TOPIC, { address, ms });
	}

	#note(address: string, ms: number): void {
		this.#forgetPaid();
		const debtMs = this.debtMs(address) + ms;
		const fadingMs = this.recentMs(address) + ms;
		// at the end, as it was charged last
		this.#debts.delete(address);
		this.#debts.set(address, { ms: debtMs, fadingMs, at: this.#now() });
	}

	/** Looks at a few of those that were charged longest ago, so that the ledger stays as long as the last minutes were. */
	#forgetPaid(): void {
		let numLookedAt = 0;
		for (const address of this.#debts.keys()) {
			if (numLookedAt++ === NUM_LOOKED_AT) return;
			if (this.debtMs(address) === 0 && this.recentMs(address) < FADED_MS) this.#debts.delete(address);
		}
	}
}
