/** What the map's page is given: everybody's place, and the names that there is room for. */
import type { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import type { MapPlace, PeopleMap } from "../../gallery/browse/people-map.ts";
import { nameIn } from "../../gallery/person.ts";
import type { Lookalike } from "../../pipeline/answer.ts";
import { pathOf } from "../people/person-path.ts";

/** The map is a square of so many units. */
export const MAP_SIDE = 1000;
const MARGIN = 30;
const MAX_LABELS = 40;
/** About how wide a letter is, and how high a line, in units, on a phone, where they are largest. */
const [LETTER_WIDTH, LINE_HEIGHT] = [24, 52];
/** The same for the mark's name, which is bold and larger. */
const MARK_LETTER_WIDTH = 32;

interface MapPerson {
	readonly x: number;
	readonly y: number;
	readonly name: string;
	readonly path: string;
	/** Whether the name stands beside the point before anybody zooms in. */
	readonly hasLabel: boolean;
}

/** A place of the map that has a name. */
interface NamedPlace {
	readonly x: number;
	readonly y: number;
	readonly name: string;
}

interface MapMark extends NamedPlace {
	/** Which part of the name stands above the mark, so that none of it is cut off at the map's sides. */
	readonly anchor: "start" | "middle" | "end";
	/** Whether there is no room above the mark, and the name stands below it. */
	readonly isHigh: boolean;
}

export interface MapView {
	readonly side: number;
	readonly people: readonly MapPerson[];
	/** Where the visitor falls, or the person who was looked for. */
	readonly mark: MapMark | undefined;
	/** What was looked for. */
	readonly query: string;
	/** Whether somebody was looked for who is not on the map. */
	readonly isMissed: boolean;
}

interface MapQuery {
	/** A name, or the slug of somebody's address; may be empty. */
	readonly query: string;
	/** Where the visitor falls. */
	readonly at: readonly [number, number] | undefined;
	/** What the visitor is called there. */
	readonly you: string;
	/** In which people are named, where the gallery knows how. */
	readonly language: string;
}

export function viewMap(
	map: PeopleMap,
	directory: PeopleDirectory,
	{ query, at, you, language }: MapQuery,
): MapView {
	const { people, places } = map;
	const found = query === "" ? undefined : markPerson(query, map, directory, language);
	const visitor = at && { x: at[0], y: at[1], name: you };
	const labels: { x: number; y: number; width: number }[] = [];
	return {
		side: MAP_SIDE,
		// those of whom the gallery knows most come first, and so are named first
		people: people.map((entry, i) => {
			const place = onMap(places[i] as MapPlace);
			const name = nameIn(entry.person, language);
			const label = { ...place, width: name.length * LETTER_WIDTH };
			const hasRoom =
				labels.length < MAX_LABELS &&
				label.x + label.width < MAP_SIDE &&
				label.y > LINE_HEIGHT &&
				label.y < MAP_SIDE - LINE_HEIGHT / 2 &&
				labels.every(
					(other) =>
						Math.abs(other.y - label.y) > LINE_HEIGHT ||
						label.x > other.x + other.width ||
						label.x + label.width < other.x,
				);
			if (hasRoom) labels.push(label);
			return { ...place, name, path: pathOf(entry), hasLabel: hasRoom };
		}),
		mark: viewMark(found ?? visitor),
		query: found?.name ?? query,
		isMissed: query !== "" && !found,
	};
}

function viewMark(place: NamedPlace | undefined): MapMark | undefined {
	if (!place) return undefined;
	const half = (place.name.length * MARK_LETTER_WIDTH) / 2;
	const isAtEnd = place.x + half > MAP_SIDE;
	return { ...place, anchor: place.x < half ? "start" : isAtEnd ? "end" : "middle", isHigh: place.y < 80 };
}

/** The first on the map of those who are called so. */
function markPerson(
	query: string,
	map: PeopleMap,
	directory: PeopleDirectory,
	language: string,
): NamedPlace | undefined {
	const exact = directory.find(query);
	for (const { number, person } of exact ? [exact] : directory.search(query)) {
		const place = map.placeOf(number);
		if (place) return { ...onMap(place), name: nameIn(person, language) };
	}
	return undefined;
}

/**
 * Where somebody falls on the map: amid their lookalikes, nearest to the most alike. As the page's `at` has it.
 * @returns undefined where none of them is on the map
 */
export function fallOnMap(matches: readonly Lookalike[], map: PeopleMap): string | undefined {
	let weights = 0;
	const sum = { x: 0, y: 0 };
	for (const [rank, { photo }] of matches.entries()) {
		const place = map.placeOf(photo.person);
		if (!place) continue;
		const { x, y } = onMap(place);
		const weight = 1 / (rank + 1) ** 2;
		sum.x += x * weight;
		sum.y += y * weight;
		weights += weight;
	}
	return weights === 0 ? undefined : `${Math.round(sum.x / weights)}-${Math.round(sum.y / weights)}`;
}

function onMap({ x, y }: MapPlace): { x: number; y: number } {
	const scale = MAP_SIDE - 2 * MARGIN;
	return { x: Math.round(MARGIN + x * scale), y: Math.round(MARGIN + y * scale) };
}
