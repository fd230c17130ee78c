/** From a card's SVG to the PNG that is sent, in memory; nothing of it is kept. */
import { AppError } from "../../errors.ts";
import { decodePhoto } from "../../image/decode-photo.ts";
import { encodeJpeg } from "../../image/encode-jpeg.ts";
import { rasterizeSvg } from "../../image/rasterize-svg.ts";
import { CARD_SIZES, type CardSize, drawCard, type ShareCard } from "./share-card.ts";

const FACE_SIDE_PX = 640;
/** A face that was sent is a small JPEG: what the result page made of it. */
const MAX_FACE_PIXELS = 1_000_000;

export async function renderCard(card: ShareCard, size: CardSize): Promise<Buffer> {
	const fewColours = card.frames.every(({ picture }) => picture.kind !== "photo");
	return rasterizeSvg(drawCard(card, size), { ...CARD_SIZES[size], fewColours });
}

/**
 * The visitor's face as their browser sends it: a `data:` address of a JPEG, decoded and encoded anew.
 * @throws AppError INVALID_REQUEST for anything else
 */
export async function readFace(address: string): Promise<Buffer> {
	const [, base64 = ""] = /^data:image\/jpeg;base64,([\w+/]+={0,2})$/.exec(address) ?? [];
	const bytes = Buffer.from(base64, "base64");
	try {
		if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new RangeError("Expected a JPEG's first bytes.");
		const face = await decodePhoto(bytes, { maxSidePx: FACE_SIDE_PX, maxPixels: MAX_FACE_PIXELS });
		return await encodeJpeg(face, { quality: 90 });
	} catch (cause) {
		throw new AppError("INVALID_REQUEST", "Expected the field `face` as a small JPEG in a data: address.", {
			cause,
		});
	}
}
