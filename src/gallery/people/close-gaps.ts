/** Numbers of people without gaps, as a gallery has them. */
import type { Person } from "../person.ts";

/**
 * Leaves out people without a photo and numbers the others anew, in their order.
 * @param groups number of the person in each photo
 */
export function closeGaps(
	people: readonly Person[],
	groups: readonly number[],
): { people: Person[]; groups: Uint32Array } {
	const present = new Set(groups);
	const kept = [...people.keys()].filter((number) => present.has(number));
	const numbers = new Map(kept.map((number, i) => [number, i]));
	return {
		people: kept.map((number) => people[number]!),
		groups: Uint32Array.from(groups, (number) => numbers.get(number)!),
	};
}
