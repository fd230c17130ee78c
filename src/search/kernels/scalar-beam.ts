/** The search in the graph in plain TypeScript: the judge of assembly/beam.ts. */

const NUM_NEIGHBOURS = 32;
const NO_NEIGHBOUR = 0xffffffff;
const EXPANDED = 0x80000000;
/** Place of the rows in a beam, in numbers. */
const ROWS = 48;

/** A beam where it lies in memory; see kernels.ts. */
export class ScalarBeam {
	readonly #head: Uint32Array;
	readonly #rows: Uint32Array;
	readonly #scores: Int32Array;
	readonly #lastMet: Uint16Array;

	constructor(buffer: SharedArrayBuffer, beam: number, lastMet: number) {
		this.#head = new Uint32Array(buffer, beam, 3);
		const width = this.#head[1];
		this.#rows = new Uint32Array(buffer, beam + ROWS * 4, width);
		this.#scores = new Int32Array(buffer, beam + (ROWS + width) * 4, width);
		this.#lastMet = new Uint16Array(buffer, lastMet);
	}

	/** Takes a row that the search meets for the first time. */
	offer(row: number, score: number): void {
		this.#lastMet[row] = this.#head[2];
		this.#insert(row, score);
	}

	/** @returns how many rows were scored */
	run(neighbours: Uint32Array, scoreOf: (row: number) => number): number {
		const search = this.#head[2];
		let numScored = 0;
		for (;;) {
			const place = this.#rows.subarray(0, this.#head[0]).findIndex((row) => row < EXPANDED);
			if (place < 0) return numScored;
			const row = this.#rows[place];
			this.#rows[place] = row + EXPANDED;
			const list = neighbours.subarray(row * NUM_NEIGHBOURS, (row + 1) * NUM_NEIGHBOURS);
			for (const neighbour of list) {
				if (neighbour === NO_NEIGHBOUR) break;
				if (this.#lastMet[neighbour] === search) continue;
				numScored++;
				this.offer(neighbour, scoreOf(neighbour));
			}
		}
	}

	#insert(row: number, score: number): void {
		const width = this.#rows.length;
		const size = this.#head[0];
		if (size === width && score <= this.#scores[width - 1]) return;
		this.#head[0] = Math.min(size + 1, width);
		let place = this.#head[0] - 1;
		for (; place > 0 && this.#scores[place - 1] < score; place--) {
			this.#rows[place] = this.#rows[place - 1];
			this.#scores[place] = this.#scores[place - 1];
		}
		this.#rows[place] = row;
		this.#scores[place] = score;
	}
}
