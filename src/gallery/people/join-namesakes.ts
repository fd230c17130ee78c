/** The same name in two collections may be one person or two: their faces decide. */
import type { GalleryPhoto, Person } from "../person.ts";
import { personKey } from "../person.ts";
import { rowsByPerson, similarityOf } from "./similarity.ts";

export interface Namesakes {
	readonly name: string;
	/** The collections that were compared. */
	readonly collections: readonly [readonly string[], readonly string[]];
	/** Cosine of the most similar pair of photos of one and of the other. */
	readonly similarity: number;
	/** Whether they became one person. */
	readonly isJoined: boolean;
}

export interface EmbeddedPeople {
	readonly people: readonly Person[];
	/** Their people are numbers of `people`. */
	readonly photos: readonly GalleryPhoto[];
	/** Row-major, photos.length x dimension, unit length. */
	readonly embeddings: Float32Array;
	readonly dimension: number;
	/** People below this number are settled: they are joined with nobody but newcomers. Default 0. */
	readonly numSettled?: number;
}

/**
 * Joins entries of the same key if they share a collection, or have none, or if their faces agree; the others stay
 * apart under the same name.
 * @param isSamePerson whether a cosine is one that two photos of one person ordinarily have
 * @returns people and photos; numbers of people that were joined into another are left without photos
 */
export function joinNamesakes(
	{ people, photos, embeddings, dimension, numSettled = 0 }: EmbeddedPeople,
	isSamePerson: (similarity: number) => boolean,
): { people: Person[]; photos: GalleryPhoto[]; namesakes: Namesakes[] } {
	const rows = rowsByPerson(photos);
	const joined = [...people];
	const targets = new Map<number, number>();
	const namesakes: Namesakes[] = [];
	const entriesOf = new Map<string, number[]>();
	for (const number of [...rows.keys()].sort((a, b) => a - b)) {
		const person = people[number] as Person;
		const entries = entriesOf.get(personKey(person)) ?? [];
		entriesOf.set(personKey(person), entries);
		if (number < numSettled) {
			entries.push(number);
			continue;
		}
		const compared = entries.map((other) => {
			const between = [rows.get(other), rows.get(number)] as [number[], number[]];
			return { other, similarity: bestSimilarity(between, embeddings, dimension) };
		});
		const [nearest] = compared.sort((a, b) => b.similarity - a.similarity);
		const isOne = nearest && isOneCollection(joined[nearest.other] as Person, person);
		const isJoined = nearest !== undefined && (isOne || isSamePerson(nearest.similarity));
		if (nearest && !isOne) {
			namesakes.push({
				name: person.name,
				collections: [(joined[nearest.other] as Person).collections, person.collections],
				similarity: nearest.similarity,
				isJoined,
			});
		}
		if (!isJoined) {
			entries.push(number);
			continue;
		}
		joined[nearest.other] = joinPeople(joined[nearest.other] as Person, person);
		targets.set(number, nearest.other);
		rows.set(nearest.other, [...(rows.get(nearest.other) ?? []), ...(rows.get(number) ?? [])]);
	}
	return {
		people: joined,
		photos: photos.map((photo) => ({ ...photo, person: targets.get(photo.person) ?? photo.person })),
		namesakes,
	};
}

/** What is known of one person from two entries; where both say something, the first is believed. */
export function joinPeople(first: Person, second: Person): Person {
	return {
		...second,
		...first,
		wikipedia: first.wikipedia ?? second.wikipedia,
		collections: [...new Set([...first.collections, ...second.collections])],
		...((first.names || second.names) && { names: { ...second.names, ...first.names } }),
		...((first.knownForIn || second.knownForIn) && {
			knownForIn: { ...second.knownForIn, ...first.knownForIn },
		}),
	};
}

function isOneCollection({ collections: first }: Person, { collections: second }: Person): boolean {
	return first.some((name) => second.includes(name)) || first.length + second.length === 0;
}

/** Cosine of the most similar pair of photos of one and of the other: few people look alike in all their photos. */
function bestSimilarity(
	[first, second]: readonly [readonly number[], readonly number[]],
	embeddings: Float32Array,
	dimension: number,
): number {
	let best = -1;
	for (const row of first)
		for (const other of second) best = Math.max(best, similarityOf(embeddings, dimension, row, other));
	return best;
}
