/** Who may be in a gallery: decided on purpose, before any photo is looked at. */
import { AppError } from "../../errors.ts";
import type { PhotoList } from "../building/photo-list.ts";
import type { DenyList } from "./deny-list.ts";

export interface PeopleRules {
	readonly denied?: DenyList;
	/** Only people at least this well known; 0 to 3. People whose fame nobody knows count as 0. */
	readonly leastFame?: number;
}

export interface LeftOutPerson {
	readonly name: string;
	/** "denied (grave)" or "fame". */
	readonly reason: string;
	readonly numPhotos: number;
}

/** Not who, but which photo of somebody who may be in. */
export interface LeftOutPhoto {
	readonly source: string;
	/** "denied (minor)". */
	readonly reason: string;
}

/**
 * The list without the people who may not be in.
 * @throws AppError EMPTY_GALLERY if nobody is left
 */
export function choosePeople(
	list: PhotoList,
	{ denied, leastFame = 0 }: PeopleRules,
): { list: PhotoList; leftOut: LeftOutPerson[]; leftOutPhotos: LeftOutPhoto[] } {
	const reasons = list.people.map((person) => {
		const reason = denied?.reasonFor(person);
		if (reason !== undefined) return `denied (${reason})`;
		return (person.fame ?? 0) < leastFame ? "fame" : undefined;
	});
	const numPhotos = new Map<number, number>();
	for (const { person } of list.photos) numPhotos.set(person, (numPhotos.get(person) ?? 0) + 1);
	const leftOut = list.people.flatMap(({ name }, number) => {
		const reason = reasons[number];
		return reason === undefined ? [] : [{ name, reason, numPhotos: numPhotos.get(number) ?? 0 }];
	});
	const leftOutPhotos: LeftOutPhoto[] = [];
	const photos = list.photos.filter(({ person, source }) => {
		if (reasons[person] !== undefined) return false;
		const reason = denied?.reasonForPhoto(source);
		if (reason !== undefined) leftOutPhotos.push({ source, reason: `denied (${reason})` });
		return reason === undefined;
	});
	if (photos.length === 0) {
		throw new AppError("EMPTY_GALLERY", "Expected people who may be in the gallery but nobody is left.", {
			hint: "The deny lists (people who were removed are on the gallery's own) or --least-fame leave everybody out.",
		});
	}
	return { list: { ...list, photos }, leftOut, leftOutPhotos };
}
