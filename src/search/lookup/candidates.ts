/** Rows that may be among the k nearest, as far as int8 scores can tell: the k best, and those too near to call. */
import { TopK } from "./top-k.ts";

export class Candidates {
	/** Lower scores are out of the question. */
	lowest = Number.NEGATIVE_INFINITY;
	readonly #best: TopK;
	readonly #slack: number;
	readonly #rows: number[] = [];
	readonly #scores: number[] = [];

	/** @param slack how far below the k-th best score a row may be the better one */
	constructor(k: number, distinctGroups: boolean, slack: number) {
		this.#best = new TopK(k, distinctGroups);
		this.#slack = slack;
	}

	/** Whether there are k. */
	get isFull(): boolean {
		return this.lowest !== Number.NEGATIVE_INFINITY;
	}

	/** Each row may be added once. */
	add(row: number, group: number, score: number): void {
		if (score < this.lowest) return;
		this.#rows.push(row);
		this.#scores.push(score);
		this.#best.offer(row, group, score);
		this.lowest = this.#best.worst - this.#slack;
	}

	rows(): number[] {
		return this.#rows.filter((_, i) => this.#scores[i] >= this.lowest);
	}
}
