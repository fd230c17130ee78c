/** Sorting that others can have their turn in between: short runs, then two of them merged at a time. */

/** Sorted in a fraction of a millisecond. */
const RUN_LENGTH = 256;

/** As `toSorted`: what compares equal stays in its order. */
export function* sortInSteps<Item>(
	items: readonly Item[],
	compare: (a: Item, b: Item) => number,
): Generator<undefined, Item[]> {
	let runs: Item[][] = [];
	for (let start = 0; start < items.length; start += RUN_LENGTH) {
		runs.push(items.slice(start, start + RUN_LENGTH).sort(compare));
		yield;
	}
	while (runs.length > 1) {
		const longer: Item[][] = [];
		for (let i = 0; i < runs.length; i += 2) {
			const other = runs[i + 1];
			longer.push(other ? yield* merge(runs[i]!, other, compare) : runs[i]!);
		}
		runs = longer;
	}
	return runs[0] ?? [];
}

function* merge<Item>(
	first: readonly Item[],
	second: readonly Item[],
	compare: (a: Item, b: Item) => number,
): Generator<undefined, Item[]> {
	const merged: Item[] = [];
	let [i, j] = [0, 0];
	while (i < first.length || j < second.length) {
		const isFirst = j === second.length || (i < first.length && compare(first[i]!, second[j]!) <= 0);
		merged.push(isFirst ? first[i++]! : second[j++]!);
		yield;
	}
	return merged;
}
