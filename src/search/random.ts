/** Reproducible randomness: the same seed gives the same index, byte for byte. Generator: sfc32 (C. Doty-Humphrey, PractRand). */

export class Random {
	#a: number;
	#b: number;
	#c: number;
	#counter = 1;

	/** @param seed any integer; only its lower 32 bits count */
	constructor(seed: number) {
		this.#a = seed >>> 0;
		this.#b = 0x9e3779b9;
		this.#c = 0x243f6a88;
		for (let i = 0; i < 12; i++) this.uint32();
	}

	/** 0 to 2^32 - 1. */
	uint32(): number {
		const result = (this.#a + this.#b + this.#counter) >>> 0;
		this.#counter = (this.#counter + 1) >>> 0;
		this.#a = this.#b ^ (this.#b >>> 9);
		this.#b = (this.#c + (this.#c << 3)) >>> 0;
		this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) >>> 0;
		return result;
	}

	/** 0 to 1, without 1. */
	uniform(): number {
		return this.uint32() / 0x1_0000_0000;
	}

	/** A whole number from 0 to `limit` - 1. */
	below(limit: number): number {
		return Math.floor(this.uniform() * limit);
	}

	/** Mean 0, variance 1 (Box and Muller 1958). */
	normal(): number {
		return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
	}

	/** `count` different whole numbers below `limit`, in random order; all of them when `count` >= `limit`. */
	sample(count: number, limit: number): Uint32Array {
		const numbers = Uint32Array.from({ length: limit }, (_, i) => i);
		const taken = Math.min(count, limit);
		for (let i = 0; i < taken; i++) {
			const other = i + this.below(limit - i);
			const swapped = numbers[other];
			numbers[other] = numbers[i];
			numbers[i] = swapped;
		}
		return numbers.slice(0, taken);
	}
}
