/** A person as one embedding: the mean of their photos', at unit length. Made when first asked for, then kept. */
import type { LshIndex } from "../../search/lsh-index.ts";

export class Templates {
	readonly #index: LshIndex;
	readonly #templates = new Map<number, Float32Array>();
	#rowsOf: Map<number, readonly number[]> | undefined;

	/** @param index whose rows are photos and whose groups are people; changes make other indexes */
	constructor(index: LshIndex) {
		this.#index = index;
	}

	/**
	 * Those of an index that this one's was changed to: of everybody else they are what they were.
	 * @param people of whom photos came or went
	 */
	changedTo(index: LshIndex, people: Iterable<number>): Templates {
		const changed = new Templates(index);
		for (const [person, template] of this.#templates) changed.#templates.set(person, template);
		const affected = new Set(people);
		for (const person of affected) changed.#templates.delete(person);
		if (!this.#rowsOf) return changed;
		const rowsOf = new Map(this.#rowsOf);
		changed.#rowsOf = rowsOf;
		for (const person of affected)
			rowsOf.set(
				person,
				this.rowsOf(person).filter((row) => index.has(row)),
			);
		for (let row = this.#index.size; row < index.size; row++)
			rowsOf.set(index.group(row), [...(rowsOf.get(index.group(row)) ?? []), row]);
		return changed;
	}

	/** @throws RangeError for a person without a photo */
	of(person: number): Float32Array {
		const known = this.#templates.get(person);
		if (known) return known;
		const rows = this.rowsOf(person);
		if (rows.length === 0) throw new RangeError(`Expected a person with photos but received ${person}.`);
		const sum = new Float32Array(this.#index.dimension);
		for (const row of rows) {
			const embedding = this.#index.embedding(row);
			for (let i = 0; i < sum.length; i++) sum[i]! += embedding[i]!;
		}
		const length = Math.hypot(...sum);
		// photos whose embeddings cancel out have no mean direction: any of them stands for the person
		const template = length > 0 ? sum.map((value) => value / length) : this.#index.embedding(rows[0]!);
		this.#templates.set(person, template);
		return template;
	}

	/** The rows of a person's photos; none for somebody who has none. */
	rowsOf(person: number): readonly number[] {
		this.#rowsOf ??= groupRows(this.#index);
		return this.#rowsOf.get(person) ?? [];
	}
}

function groupRows(index: LshIndex): Map<number, readonly number[]> {
	const rowsOf = new Map<number, number[]>();
	for (let row = 0; row < index.size; row++) {
		if (!index.has(row)) continue;
		const person = index.group(row);
		const rows = rowsOf.get(person);
		if (rows) rows.push(row);
		else rowsOf.set(person, [row]);
	}
	return rowsOf;
}
