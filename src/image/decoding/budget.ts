/** An amount that several share: whoever asks for more than is left waits, first come first served. */

interface Waiting {
	readonly amount: number;
	readonly go: () => void;
}

export class Budget {
	readonly total: number;
	#left: number;
	readonly #waiting: Waiting[] = [];

	/** @param total at least 0; the unit is the user's */
	constructor(total: number) {
		this.total = total;
		this.#left = total;
	}

	/** What is taken at the moment. */
	get taken(): number {
		return this.total - this.#left;
	}

	/**
	 * Waits until the amount is left, and takes it.
	 * @param amount at most `total`
	 * @param signal ends the waiting: its reason is thrown
	 * @returns gives the amount back; may be called more than once
	 * @throws RangeError where the amount is more than there will ever be
	 */
	async take(amount: number, signal?: AbortSignal): Promise<() => void> {
		if (amount > this.total)
			throw new RangeError(`Expected at most ${this.total} to be taken but received ${amount}.`);
		signal?.throwIfAborted();
		if (this.#waiting.length > 0 || amount > this.#left) await this.#wait(amount, signal);
		else this.#left -= amount;
		let isTaken = true;
		return () => {
			if (!isTaken) return;
			isTaken = false;
			this.#left += amount;
			this.#letGo();
		};
	}

	#wait(amount: number, signal: AbortSignal | undefined): Promise<void> {
		return new Promise((resolve, reject) => {
			const giveUp = () => {
				this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
				reject(signal?.reason);
				// whoever stood behind may fit now
				this.#letGo();
			};
			const waiting = {
				amount,
				go: () => {
					signal?.removeEventListener("abort", giveUp);
					resolve();
				},
			};
			signal?.addEventListener("abort", giveUp, { once: true });
			this.#waiting.push(waiting);
		});
	}

	#letGo(): void {
		for (let [first] = this.#waiting; first && first.amount <= this.#left; [first] = this.#waiting) {
			this.#waiting.shift();
			this.#left -= first.amount;
			first.go();
		}
	}
}
