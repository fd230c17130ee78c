/** An answer as one page that needs no server: styles, photo, drawings and pictures are in it, and no script is. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import { AppError } from "../../errors.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import type { Answer } from "../../pipeline/answer.ts";
import type { Strangers } from "../../resemblance/strangers.ts";
import { type FaceView, type MatchView, type ResultView, viewResult } from "../answer/view-models.ts";
import { readSiteStyles } from "../assets.ts";
import { PICTURES_PATH } from "../portrait/pictures.ts";
import { textsFor } from "../texts/gallery-texts.ts";
import { readLocales } from "../texts/read-locales.ts";
import type { Texts, TextValues } from "../texts/texts.ts";
import { themeStyles } from "../theme/theme-routes.ts";

const VIEW = fileURLToPath(new URL("../../../views/report.ejs", import.meta.url));

export interface ReportTools {
	readonly gallery: ReadableGallery;
	readonly strangers?: Strangers | undefined;
}

/** Makes the page. @param picturesFolder where the gallery keeps its pictures */
type RenderReport = (answer: Answer, tools: ReportTools, picturesFolder: string) => Promise<string>;

/**
 * @param language tag of the pages' language, e.g. "en"
 * @throws AppError INVALID_ARGUMENT for a language without texts
 */
export function openReport(language: string): RenderReport {
	const texts = findTexts(language);
	return (answer, tools, picturesFolder) => render(answer, tools, { texts, picturesFolder });
}

async function render(
	answer: Answer,
	{ gallery, strangers }: ReportTools,
	{ texts: own, picturesFolder }: { readonly texts: Texts; readonly picturesFolder: string },
): Promise<string> {
	const texts = textsFor(gallery, own);
	const view = await viewResult(answer, texts, {
		// whoever opens a file asks nobody
		wikipediaPictures: false,
		language: own.language,
		served: { gallery, strangers },
	});
	const { accent } = gallery.settings;
	const styles = readSiteStyles() + (accent === undefined ? "" : themeStyles(accent));
	return ejs.renderFile(VIEW, {
		t: (key: string, values?: TextValues) => texts.say(key, values),
		texts,
		styles,
		// of exactly the text between the tags
		stylesHash: createHash("sha256").update(styles).digest("base64"),
		result: await asOneFile(view, (address) => inline(address, picturesFolder)),
	});
}

function findTexts(language: string): Texts {
	const locales = readLocales();
	const texts = locales.find((one) => one.language === language);
	if (texts) return texts;
	const known = locales.map((one) => one.language).join(" or ");
	throw new AppError("INVALID_ARGUMENT", `Expected the language ${known} but received "${language}".`);
}

/** Without what leads to a server's pages, and with pictures in place of their addresses. */
async function asOneFile(
	result: ResultView,
	inlined: (address: string) => Promise<string | undefined>,
): Promise<ResultView> {
	const ofMatch = async (match: MatchView): Promise<MatchView> => {
		const picture = match.portrait.picture && (await inlined(match.portrait.picture));
		return { ...match, path: undefined, portrait: { ...match.portrait, picture } };
	};
	const ofFace = async (face: FaceView): Promise<FaceView> => {
		const theirs = face.why?.aligned && (await inlined(face.why.aligned.theirs));
		return {
			...face,
			best: await ofMatch(face.best),
			others: await Promise.all(face.others.map(ofMatch)),
			share: undefined,
			placeOnMap: undefined,
			why: face.why && {
				...face.why,
				nearest: face.why.nearest && { ...face.why.nearest, path: undefined },
				aligned: face.why.aligned && theirs ? { ...face.why.aligned, theirs } : undefined,
			},
		};
	};
	return { ...result, faces: await Promise.all(result.faces.map(ofFace)) };
}

/** @returns nothing for a picture that is gone: the drawing is shown then */
async function inline(address: string, picturesFolder: string): Promise<string | undefined> {
	const name = path.basename(address.slice(PICTURES_PATH.length));
	const bytes = await readFile(path.join(picturesFolder, name)).catch(() => undefined);
	return bytes && `data:image/webp;base64,${bytes.toString("base64")}`;
}
