/** Wikipedia as the browser meets it, for pages that show its pictures. */
import sharp from "sharp";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import type { AnswerOutside } from "./open-browser.ts";

type Summary = Exclude<Awaited<ReturnType<AnswerOutside>>, undefined>;

/** What Wikipedia says of somebody whose picture is at `source`. */
export function summaryOf(source: string): Summary {
	const thumbnail = { source, width: 330, height: 440 };
	return { contentType: "application/json", body: JSON.stringify({ type: "standard", thumbnail }) };
}

/** Has a free picture of everybody, the same one, as wide as the page asks for. */
export const wikipedia: AnswerOutside = async ({ hostname }) =>
	hostname === "en.wikipedia.org"
		? summaryOf("https://upload.wikimedia.org/wikipedia/commons/thumb/a/a4/Ada.jpg/330px-Ada.jpg")
		: { contentType: "image/jpeg", body: await readPicture() };

let picture: Promise<Buffer> | undefined;

/** Read and shrunk once. */
function readPicture(): Promise<Buffer> {
	picture ??= sharp(samplePhotoFile(2)).resize(330).jpeg().toBuffer();
	return picture;
}
