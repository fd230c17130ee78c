/** The pictures that a gallery keeps of a photo: the face with some space around it, and the aligned crop. */
import { PICTURE_SIDE_PX, type Pictures } from "../../gallery/folder/pictures.ts";
import { encodeWebp } from "../../image/encode-webp.ts";
import type { ShownFace } from "../embed-photos.ts";

/** How much of the photo around the face a kept picture shows, in widths and heights of the face. */
const PICTURE_MARGIN = 0.45;

/** With the photo's credit in both files. */
export async function cropPictures({ photo, box, chip, credit }: ShownFace): Promise<Pictures> {
	const region = {
		x: box.x - box.width * PICTURE_MARGIN,
		y: box.y - box.height * PICTURE_MARGIN,
		width: box.width * (1 + 2 * PICTURE_MARGIN),
		height: box.height * (1 + 2 * PICTURE_MARGIN),
	};
	const terms = credit && {
		credit: {
			copyright: [credit.licence, credit.licenceUrl, credit.page].filter(Boolean).join(" "),
			...(credit.author !== undefined && { artist: credit.author }),
		},
	};
	return {
		portrait: await encodeWebp(photo, { region, maxSidePx: PICTURE_SIDE_PX, ...terms }),
		face: await encodeWebp(chip, { maxSidePx: chip.width, ...terms }),
	};
}
