/** Whose work a gallery's photos are: for its page of credits, and for machines as credits.json. */
import type { Credit } from "../credit.ts";
import type { ReadableGallery } from "../readable-gallery.ts";

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
export function creditsOf(gallery: ReadableGallery): CreditedPhoto[] {
	return creditsOfRows(gallery, gallery.rows()).sort((a, b) => a.person.localeCompare(b.person, "en"));
}

/** The photos with a credit among some rows, in their order. */
export function creditsOfRows(gallery: ReadableGallery, rows: readonly number[]): CreditedPhoto[] {
	return rows.flatMap((row) => {
		const credit = gallery.credit(row);
		if (!credit) return [];
		const picture = gallery.picture(row);
		return [
			{
				person: gallery.person(gallery.personOf(row)).name,
				...(picture !== undefined && { picture }),
				changes: CHANGES,
				...credit,
			},
		];
	});
}

/** Credits as JSON lines. */
export function formatCreditLines(credits: readonly CreditedPhoto[]): Buffer {
	return Buffer.from(credits.map((credit) => `${JSON.stringify(credit)}\n`).join(""));
}
