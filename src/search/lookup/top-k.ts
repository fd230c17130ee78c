/** The k best of a stream of scored rows, in order; with `distinctGroups` the best row of each of the k best groups. */

import type { Match } from "../vector-index.ts";

export class TopK {
	readonly rows: Uint32Array;
	readonly groups: Uint32Array;
	readonly scores: Float64Array;
	readonly #distinctGroups: boolean;
	#size = 0;

	/** @param k at least 1 */
	constructor(k: number, distinctGroups: boolean) {
		this.rows = new Uint32Array(k);
		this.groups = new Uint32Array(k);
		this.scores = new Float64Array(k);
		this.#distinctGroups = distinctGroups;
	}

	/** How many there are, at most k; they lie at 0 to size - 1 of the arrays, best first, ties by the lower row. */
	get size(): number {
		return this.#size;
	}

	/** The k-th best score, or -Infinity while there are fewer than k: lower scores cannot enter. */
	get worst(): number {
		return this.#size < this.scores.length ? Number.NEGATIVE_INFINITY : this.scores[this.#size - 1];
	}

	/** Those that there are, by the similarities that were offered as scores. */
	matches(): Match[] {
		return Array.from({ length: this.#size }, (_, i) => ({
			row: this.rows[i],
			group: this.groups[i],
			similarity: this.scores[i],
		}));
	}

	/** Each row may be offered once. */
	offer(row: number, group: number, score: number): void {
		if (!(score >= this.worst)) return;
		let end = this.#size;
		if (this.#distinctGroups) {
			const same = this.groups.subarray(0, end).indexOf(group);
			if (same >= 0) {
				if (!this.#isBetter(score, row, same)) return;
				end = same;
			}
		}
		if (end === this.#size) {
			if (this.#size < this.scores.length) this.#size++;
			else if (this.#isBetter(score, row, end - 1)) end--;
			else return;
		}
		let place = end;
		for (; place > 0 && this.#isBetter(score, row, place - 1); place--) {
			this.rows[place] = this.rows[place - 1];
			this.groups[place] = this.groups[place - 1];
			this.scores[place] = this.scores[place - 1];
		}
		this.rows[place] = row;
		this.groups[place] = group;
		this.scores[place] = score;
	}

	#isBetter(score: number, row: number, place: number): boolean {
		return score > this.scores[place] || (score === this.scores[place] && row < this.rows[place]);
	}
}
