/** What lies in a person's frame on a card: the gallery's picture where its licence lets others pass it on, else a drawing. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Credit } from "../../gallery/credit.ts";
import type { GalleryPhoto, Person } from "../../gallery/person.ts";
import { decodePhoto } from "../../image/decode-photo.ts";
import { encodeJpeg } from "../../image/encode-jpeg.ts";
import { drawFace } from "../drawing/face-drawing.ts";
import { initialsOf } from "../portrait/portrait.ts";
import type { CardPicture } from "./share-card.ts";

export interface CreditedPicture {
	readonly picture: CardPicture;
	/** Whose work it is, where that has to be said. */
	readonly credit: Credit | undefined;
}

/** Licences under which a picture may be cropped and sent on with credit. */
const FREE_LICENCES = /^(?:cc0|public domain|pd\b|cc[ -]by(?:[ -]sa)?[ -]\d)/i;
const PICTURE_SIDE_PX = 640;

/** @param picturesFolder where the gallery's pictures lie, if it has any */
export async function cardPictureOf(
	person: Person,
	photo: GalleryPhoto,
	picturesFolder: string | undefined,
): Promise<CreditedPicture> {
	const { picture, credit } = photo;
	if (picturesFolder !== undefined && picture !== undefined && credit && FREE_LICENCES.test(credit.licence)) {
		// the gallery may have changed since: then the drawing it is
		const bytes = await readFile(path.join(picturesFolder, picture)).catch(() => undefined);
		if (bytes) {
			const image = await decodePhoto(bytes, { maxSidePx: PICTURE_SIDE_PX });
			return { picture: { kind: "photo", jpeg: await encodeJpeg(image, { quality: 88 }) }, credit };
		}
	}
	const svg = drawFace(photo.landmarks);
	return {
		picture:
			svg === undefined ? { kind: "letters", text: initialsOf(person.name) } : { kind: "drawing", svg },
		credit: undefined,
	};
}
