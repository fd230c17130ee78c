/**
 * The room before the face engine: few photos are worked on at a time, some more may wait, and whoever comes then is
 * told when to come back. A turn ends when its work has ended, not when the visitor leaves. Whose address cost least
 * of late is next, photos that take seconds never have all the turns, and where all places are taken, one of the
 * address that has most of them goes to an address that has fewer, or has as many and cost less of late.
 */
import { AppError } from "../../errors.ts";
import type { AddressLedger } from "./address-ledger.ts";

export interface MatchQueueOptions {
	/** Photos that are worked on at a time. */
	readonly maxActive: number;
	/** Photos that may wait beyond those. */
	readonly maxQueued: number;
	/** Notes what each address costs. */
	readonly ledger: AddressLedger;
	/** Milliseconds that pass. Default `performance.now`. */
	readonly now?: () => number;
}

export interface TurnOptions {
	/** Ends the waiting for a turn: its reason is thrown. Work that has begun is awaited, and may heed it itself. */
	readonly signal: AbortSignal;
	/** Whether the work takes seconds. Default false. */
	readonly isHeavy?: boolean;
}

/** Held from a photo's arrival to its answer. */
export interface Place {
	/** Waits for a turn and runs the task. */
	run<T>(task: () => Promise<T>, options: TurnOptions): Promise<T>;
	/** Gives the place back; may be called more than once. */
	leave(): void;
}

interface Waiting {
	readonly address: string;
	readonly isHeavy: boolean;
	readonly go: (turn: Turn) => void;
	readonly refuse: (error: AppError) => void;
}

/** One photo that is being worked on. */
interface Turn {
	/** When the work began, in milliseconds. */
	readonly since: number;
	readonly isHeavy: boolean;
}

/** What a photo takes before one has been measured, and what a newcomer's is taken for: those before may all be bombs. */
const ASSUMED_TASK_MS = 1000;
/** How much one measurement moves the running mean of the task times. */
const MEAN_WEIGHT = 0.2;

export class MatchQueue {
	readonly #options: Required<MatchQueueOptions>;
	readonly #numPlaces: number;
	readonly #maxHeavy: number;
	readonly #waiting: Waiting[] = [];
	readonly #active = new Set<Turn>();
	readonly #placesOf = new Map<string, number>();
	#numTaken = 0;
	#meanTaskMs = ASSUMED_TASK_MS;

	constructor(options: MatchQueueOptions) {
		this.#options = { now: () => performance.now(), ...options };
		this.#numPlaces = options.maxActive + options.maxQueued;
		this.#maxHeavy = Math.max(1, options.maxActive - 1);
	}

	/**
	 * @param address whom the work is for
	 * @throws AppError SERVER_BUSY when every place is taken
	 */
	enter(address: string): Place {
		if (this.#numTaken >= this.#numPlaces && !this.#makeRoom(address)) throw this.#busy();
		this.#count(address, 1);
		let isHeld = true;
		return {
			run: (task, options) => this.#run(address, task, options),
			leave: () => {
				if (isHeld) this.#count(address, -1);
				isHeld = false;
			},
		};
	}

	/** Whole seconds, at least 1, after which a place should be free. */
	get retryAfterS(): number {
		const now = this.#options.now();
		// what is under way for longer than usual says that more of its kind may wait
		const longestMs = Math.max(0, ...[...this.#active].map(({ since }) => now - since));
		const taskMs = Math.max(this.#meanTaskMs, longestMs);
		const waitMs = (this.#numTaken / this.#options.maxActive) * taskMs;
		return Math.max(1, Math.ceil(waitMs / 1000));
	}

	/** Photos that have a place at the moment. */
	get numTaken(): number {
		return this.#numTaken;
	}

	/** Photos that are worked on at the moment. */
	get numActive(): number {
		return this.#active.size;
	}

	#count(address: string, change: 1 | -1): void {
		this.#numTaken += change;
		const count = (this.#placesOf.get(address) ?? 0) + change;
		if (count === 0) this.#placesOf.delete(address);
		else this.#placesOf.set(address, count);
	}

	/**
	 * Sends away the last that waits of the address with most places, of several such the one that cost most of late: if
	 * the newcomer's has fewer places with this one, or as many and will still have cost less with another photo.
	 */
	#makeRoom(newcomer: string): boolean {
		const places = (address: string) => this.#placesOf.get(address) ?? 0;
		const now = this.#options.now();
		const costMs = (address: string) => this.#options.ledger.recentMs(address, now);
		const lead = (a: string, b: string) => places(a) - places(b) || costMs(a) - costMs(b);
		let last: Waiting | undefined;
		for (const waiting of this.#waiting)
			if (last === undefined || lead(waiting.address, last.address) >= 0) last = waiting;
		if (last === undefined) return false;
		const numMore = places(last.address) - (places(newcomer) + 1);
		const msMore = costMs(last.address) - (costMs(newcomer) + ASSUMED_TASK_MS);
		if (numMore < 0 || (numMore === 0 && msMore <= 0)) return false;
		this.#waiting.splice(this.#waiting.indexOf(last), 1);
		last.refuse(this.#busy());
		return true;
	}

	#busy(): AppError {
		return new AppError("SERVER_BUSY", `All ${this.#numPlaces} places for photos are taken.`, {
			hint: `Try again in ${plural(this.retryAfterS, "second")}.`,
		});
	}

	async #run<T>(address: string, task: () => Promise<T>, { signal, isHeavy = false }: TurnOptions) {
		const turn = await this.#waitForTurn(address, isHeavy, signal);
		try {
			return await task();
		} finally {
			this.#active.delete(turn);
			const tookMs = this.#options.now() - turn.since;
			this.#meanTaskMs += (tookMs - this.#meanTaskMs) * MEAN_WEIGHT;
			this.#options.ledger.charge(address, tookMs);
			this.#letNextGo();
		}
	}

	#waitForTurn(address: string, isHeavy: boolean, signal: AbortSignal): Promise<Turn> {
		return new Promise((resolve, reject) => {
			if (signal.aborted) return reject(signal.reason);
			const giveUp = () => {
				this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
				reject(signal.reason);
			};
			const waiting: Waiting = {
				address,
				isHeavy,
				go: (turn) => {
					signal.removeEventListener("abort", giveUp);
					resolve(turn);
				},
				refuse: (error) => {
					signal.removeEventListener("abort", giveUp);
					reject(error);
				},
			};
			signal.addEventListener("abort", giveUp, { once: true });
			this.#waiting.push(waiting);
			this.#letNextGo();
		});
	}

	#letNextGo(): void {
		while (this.#active.size < this.#options.maxActive) {
			const next = this.#chooseNext();
			if (next === undefined) return;
			this.#waiting.splice(this.#waiting.indexOf(next), 1);
			const turn = { since: this.#options.now(), isHeavy: next.isHeavy };
			this.#active.add(turn);
			next.go(turn);
		}
	}

	/** Of those whose address cost least the one that came first. */
	#chooseNext(): Waiting | undefined {
		const numHeavy = [...this.#active].filter(({ isHeavy }) => isHeavy).length;
		const { ledger } = this.#options;
		const now = this.#options.now();
		let next: Waiting | undefined;
		let leastMs = Number.POSITIVE_INFINITY;
		for (const waiting of this.#waiting) {
			if (waiting.isHeavy && numHeavy >= this.#maxHeavy) continue;
			const recentMs = ledger.recentMs(waiting.address, now);
			if (recentMs >= leastMs) continue;
			leastMs = recentMs;
			next = waiting;
		}
		return next;
	}
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
