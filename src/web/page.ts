/** The pages: the first one, the result, and the one that says what went wrong; all carry the form. */
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import type { ShownPerson } from "../gallery/showcase.ts";
import type { Answer } from "../pipeline/answer.ts";
import type { ErrorReport } from "./error-handler.ts";
import type { ServiceStatus } from "./service-status.ts";
import type { Texts, TextValues } from "./texts/texts.ts";
import { type PortraitView, viewPortrait, viewResult } from "./view-models.ts";

const VIEWS_FOLDER = fileURLToPath(new URL("../../views/", import.meta.url));

export interface PageParts {
	readonly status: () => ServiceStatus;
	readonly maxUploadBytes: number;
	readonly wikipediaPictures: boolean;
	/** A few people whose drawings welcome visitors; may be empty. */
	readonly showcase: readonly ShownPerson[];
	/** The languages that can be chosen. */
	readonly locales: readonly Texts[];
}

export interface Pages {
	renderStart(texts: Texts): Promise<string>;
	renderResult(answer: Answer, isExactAsked: boolean, texts: Texts): Promise<string>;
	renderError(report: ErrorReport, texts: Texts): Promise<string>;
}

export function createPages(parts: PageParts): Pages {
	const { maxUploadBytes, wikipediaPictures, locales } = parts;
	const megabytes = Math.floor(maxUploadBytes / 1e6);
	const showcase: PortraitView[] = parts.showcase.map(({ person, photo }) =>
		viewPortrait(person, photo, { wikipediaPictures: false }),
	);

	/** What every page shows around its own content; `t` says a text in the visitor's language. */
	const frame = (texts: Texts, isExactAsked = false) => ({
		t: (key: string, values?: TextValues) => texts.say(key, values),
		texts,
		otherLanguages: locales.filter(({ language }) => language !== texts.language),
		footer: viewFooter(parts.status(), texts),
		form: { maxUploadBytes, megabytes, isExactAsked },
		wikipediaPictures,
	});
	const render = (view: string, data: object) =>
		ejs.renderFile(`${VIEWS_FOLDER}${view}.ejs`, data, { cache: true });

	return {
		renderStart: (texts) => render("index", { ...frame(texts), showcase }),
		renderResult: async (answer, isExactAsked, texts) =>
			render("result", {
				...frame(texts, isExactAsked),
				result: await viewResult(answer, texts, { wikipediaPictures }),
			}),
		renderError: (report, texts) =>
			render("error", { ...frame(texts), error: viewError(report, texts, { megabytes }) }),
	};
}

/** What is told of an error, in words for people; the API has its own. */
function viewError({ code, requestId }: ErrorReport, texts: Texts, values: TextValues) {
	const told = texts.has(`error.${code}.title`) ? code : "INTERNAL_ERROR";
	return {
		title: texts.say(`error.${told}.title`),
		message: texts.say(`error.${told}.message`, values),
		reference: texts.say("error.reference", { code, requestId }),
	};
}

function viewFooter(status: ServiceStatus, texts: Texts) {
	const version = status.versions.app;
	if (!("engine" in status)) return { version, engine: undefined, gallery: undefined };
	const { engine, gallery } = status;
	return {
		version,
		engine: engine.description,
		gallery: texts.say("footer.gallery", {
			people: texts.say("footer.people", { count: gallery.numPeople }),
			photos: texts.say("footer.photos", { count: gallery.numPhotos }),
			name: gallery.name,
		}),
	};
}
