/** One line on stderr that says how far long work is: rewritten in a terminal, repeated now and then elsewhere. */

const REWRITE_MS = 100;
const REPEAT_MS = 10_000;
/** Before that a pace is chance: where the first of them come together, it was thousands a second. */
const LEAST_MEASURED_MS = 1000;

export class Progress {
	readonly #label: string;
	readonly #stream: NodeJS.WriteStream;
	readonly #now: () => number;
	/** When it was told of first, and of how many: what was done before, and what made it slow to begin, tells nothing. */
	#first: { readonly atMs: number; readonly numDone: number } | undefined;
	#lastMs = Number.NEGATIVE_INFINITY;

	/** @param now milliseconds that pass */
	constructor(label: string, stream: NodeJS.WriteStream = process.stderr, now = () => performance.now()) {
		this.#label = label;
		this.#stream = stream;
		this.#now = now;
	}

	/** @param note appended as it is, e.g. "12 rejected" */
	update(numDone: number, numTotal: number, note = ""): void {
		const nowMs = this.#now();
		this.#first ??= { atMs: nowMs, numDone };
		const pauseMs = this.#stream.isTTY ? REWRITE_MS : REPEAT_MS;
		if (nowMs - this.#lastMs < pauseMs && numDone < numTotal) return;
		this.#lastMs = nowMs;
		const measuredMs = nowMs - this.#first.atMs;
		const perSecond = (numDone - this.#first.numDone) / (measuredMs / 1000);
		const pace =
			perSecond > 0 && measuredMs >= LEAST_MEASURED_MS
				? `, ${perSecond.toFixed(1)}/s, ${remaining((numTotal - numDone) / perSecond)} left`
				: "";
		const line = `${this.#label} ${numDone}/${numTotal}${pace}${note && `, ${note}`}`;
		// a line that a narrow terminal breaks could not be rewritten
		const shown = line.slice(0, (this.#stream.columns || Number.POSITIVE_INFINITY) - 1);
		this.#stream.write(this.#stream.isTTY ? `\r\u001b[2K${shown}` : `${line}\n`);
	}

	/** Ends the line, so that what follows starts on its own. */
	end(): void {
		if (this.#stream.isTTY && this.#first) this.#stream.write("\n");
	}
}

function remaining(seconds: number): string {
	const whole = Math.round(seconds);
	return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
