/** Whose work a gallery's photos are: for its page of credits, and for machines as credits.json. */
import type { Credit } from "../credit.ts";
import type { Gallery } from "../gallery.ts";

export interface CreditedPhoto extends Credit {
	/** Who is in the photo. */
	readonly person: string;
	/** The portrait's file, where the gallery has pictures. */
	readonly picture?: string;
	/** What was done to it. */
	readonly changes: string;
}

/** What making a gallery does to a photo, as licences want it said. */
const CHANGES = "cropped to the face, shrunk";

/** The photos with a credit, by the people's names. */
export function creditsOf(gallery: Gallery): CreditedPhoto[] {
	const credits = gallery.rows().flatMap((row) => {
		const { person, picture, credit } = gallery.photo(row);
		if (!credit) return [];
		return [
			{
				person: gallery.person(person).name,
				...(picture !== undefined && { picture }),
				changes: CHANGES,
				...credit,
			},
		];
	});
	return credits.sort((a, b) => a.person.localeCompare(b.person, "en"));
}
