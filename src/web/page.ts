/** The pages: the first one, the result, and the one that says what went wrong; all carry the form. */
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import { asksWikipedia } from "../gallery/browse/asks-wikipedia.ts";
import type { ShownPerson } from "../gallery/browse/showcase.ts";
import type { Answer } from "../pipeline/answer.ts";
import { viewResult } from "./answer/view-models.ts";
import { ASSETS_PATH, SITE_SCRIPTS } from "./assets.ts";
import { placeUnder } from "./base-path.ts";
import { hasCredits } from "./credits/view-credits.ts";
import type { ErrorReport } from "./error-handler.ts";
import { type PortraitView, viewPortrait } from "./portrait/portrait.ts";
import type { Visit } from "./request/visit.ts";
import type { AskGallery } from "./served-gallery.ts";
import type { ServiceStatus } from "./service-status.ts";
import type { Texts, TextValues } from "./texts/texts.ts";
import { themePaths } from "./theme/theme-routes.ts";

const VIEWS_FOLDER = fileURLToPath(new URL("../../views/", import.meta.url));

export interface PageParts {
	readonly status: () => ServiceStatus;
	readonly maxUploadBytes: number;
	readonly wikipediaPictures: boolean;
	/** Whether there is a page about how the service is doing. */
	readonly hasStatusPage: boolean;
	/** The gallery that answers come from, where there are pages about its people. */
	readonly askGallery?: AskGallery | undefined;
	/** A few people whose pictures welcome visitors; may be empty. */
	readonly showcase: readonly ShownPerson[];
	/** See base-path.ts. */
	readonly basePath: string;
	/** The languages that can be chosen. */
	readonly locales: readonly Texts[];
}

export interface Pages {
	renderStart(visit: Visit): Promise<string>;
	renderResult(answer: Answer, isExactAsked: boolean, visit: Visit): Promise<string>;
	renderError(report: ErrorReport, visit: Visit): Promise<string>;
	/** What that page says, as lines of text. */
	sayError(report: ErrorReport, visit: Visit): string;
	/** Any other page: the view of that name with its data. */
	render(view: string, visit: Visit, data: object): Promise<string>;
}

export function createPages(parts: PageParts): Pages {
	const { maxUploadBytes, wikipediaPictures, hasStatusPage, askGallery, basePath, locales } = parts;
	const megabytes = Math.floor(maxUploadBytes / 1e6);
	const showcaseIn = ({ language }: Texts): PortraitView[] =>
		parts.showcase.map(({ person, photo }) => viewPortrait(person, photo, { wikipediaPictures, language }));

	/** What every page shows around its own content; `t` says a text in the visitor's language. */
	const frame = ({ texts, origin, query }: Visit, isExactAsked = false) => {
		const gallery = askGallery?.().gallery;
		const { accent, language } = gallery?.settings ?? {};
		return {
			t: (key: string, values?: TextValues) => texts.say(key, values),
			texts,
			origin,
			assets: ASSETS_PATH,
			scripts: SITE_SCRIPTS,
			hasPeoplePages: askGallery !== undefined,
			otherLanguages: locales
				.filter(({ language }) => language !== texts.language)
				.map(({ language, languageName }) => ({
					language,
					languageName,
					// the same page: what was looked for or sent on is in its address
					address: `?${new URLSearchParams([...query, ["lang", language]])}`,
				})),
			footer: viewFooter(parts.status(), texts),
			form: { maxUploadBytes, megabytes, isExactAsked },
			wikipediaPictures: wikipediaPictures && (!gallery || asksWikipedia(gallery)),
			hasStatusPage,
			hasCredits: gallery !== undefined && hasCredits(gallery),
			theme: accent === undefined ? undefined : themePaths(accent),
			// where the gallery's own texts stand among those of another language
			ownLanguage: language === texts.language ? undefined : language,
		};
	};
	const render = async (view: string, data: object) =>
		placeUnder(basePath, await ejs.renderFile(`${VIEWS_FOLDER}${view}.ejs`, data, { cache: true }));

	return {
		renderStart: (visit) => render("index", { ...frame(visit), showcase: showcaseIn(visit.texts) }),
		renderResult: async (answer, isExactAsked, visit) =>
			render("result", {
				...frame(visit, isExactAsked),
				result: await viewResult(answer, visit.texts, {
					wikipediaPictures,
					language: visit.texts.language,
					served: askGallery?.(),
				}),
			}),
		renderError: (report, visit) =>
			render("error", {
				...frame(visit),
				formName: `${visit.form}-form`,
				error: viewError(report, visit, { megabytes }),
			}),
		sayError: (report, visit) => {
			const { title, message, reference } = viewError(report, visit, { megabytes });
			return `${title}\n${message}\n${reference}\n`;
		},
		render: (view, visit, data) => render(view, { ...frame(visit), ...data }),
	};
}

/** What is told of an error, in words for people; the API has its own. */
function viewError({ code, photo, requestId }: ErrorReport, { texts, isSending }: Visit, values: TextValues) {
	const known = texts.has(`error.${code}.title`) ? code : "INTERNAL_ERROR";
	// of somebody who sent nothing it is the address that can't be understood
	const told = known === "INVALID_REQUEST" && !isSending ? "METHOD_NOT_ALLOWED" : known;
	const title = texts.say(`error.${told}.title`);
	return {
		code,
		photo,
		title: photo === undefined ? title : texts.say("error.ofPhoto", { photo, title }),
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
