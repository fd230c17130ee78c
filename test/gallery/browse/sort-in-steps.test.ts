import { expect, it } from "vitest";
import { sortInSteps } from "../../../src/gallery/browse/sort-in-steps.ts";
import { Random } from "../../../src/search/random.ts";

function sorted<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): Item[] {
	const steps = sortInSteps(items, compare);
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}

it.each([0, 1, 2, 255, 256, 257, 512, 1000, 5000])(
	"sorts %i things as toSorted, equal ones in their order",
	(size) => {
		const random = new Random(size + 1);
		const items = Array.from({ length: size }, (_, place) => ({
			key: Math.floor(random.uniform() * 40),
			place,
		}));
		const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
		expect(sorted(items, compare)).toEqual(items.toSorted(compare));
	},
);
