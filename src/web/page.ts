/** The pages: the first one, the result, and the one that says what went wrong; all carry the form. */
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import type { ShownPerson } from "../gallery/showcase.ts";
import type { Answer } from "../pipeline/answer.ts";
import type { ErrorReport } from "./error-handler.ts";
import type { ServiceStatus } from "./service-status.ts";
import { type PortraitView, viewPortrait, viewResult } from "./view-models.ts";

const VIEWS_FOLDER = fileURLToPath(new URL("../../views/", import.meta.url));

/** What error pages are called; the report says the rest. */
const ERROR_TITLES: ReadonlyMap<ErrorReport["code"], string> = new Map([
	["NO_PHOTO", "No photo arrived"],
	["NO_FACE_FOUND", "No face found"],
	["FACE_NOT_GOOD_ENOUGH", "The face can't be seen well enough"],
	["PHOTO_TOO_LARGE", "That photo is too large"],
	["TOO_MANY_PIXELS", "That photo has too many pixels"],
	["UNSUPPORTED_IMAGE", "That isn't a photo we can read"],
	["HEIC_NOT_SUPPORTED", "HEIC photos can't be read here"],
	["BROKEN_IMAGE", "That photo is damaged"],
	["NOT_FOUND", "Nothing here"],
	["TOO_MANY_REQUESTS", "A little slower, please"],
	["SERVER_BUSY", "Many people are asking just now"],
	["ENGINE_UNAVAILABLE", "Almost ready"],
	["SHUTTING_DOWN", "Back in a moment"],
	["UPLOAD_TIMEOUT", "The photo took too long"],
	["INTERNAL_ERROR", "Something went wrong"],
]);

export interface PageParts {
	readonly status: () => ServiceStatus;
	readonly maxUploadBytes: number;
	readonly wikipediaPictures: boolean;
	/** A few people whose drawings welcome visitors; may be empty. */
	readonly showcase: readonly ShownPerson[];
}

export interface Pages {
	renderStart(): Promise<string>;
	renderResult(answer: Answer, isExactAsked: boolean): Promise<string>;
	renderError(report: ErrorReport): Promise<string>;
}

export function createPages(parts: PageParts): Pages {
	const { maxUploadBytes, wikipediaPictures } = parts;
	const showcase: PortraitView[] = parts.showcase.map(({ person, photo }) =>
		viewPortrait(person, photo, { wikipediaPictures: false }),
	);

	/** What every page shows around its own content. */
	const frame = (isExactAsked: boolean) => ({
		footer: viewFooter(parts.status()),
		form: { maxUploadBytes, maxUploadMb: Math.floor(maxUploadBytes / 1e6), isExactAsked },
		wikipediaPictures,
	});
	const render = (view: string, data: object) =>
		ejs.renderFile(`${VIEWS_FOLDER}${view}.ejs`, data, { cache: true });

	return {
		renderStart: () => render("index", { ...frame(false), showcase }),
		renderResult: async (answer, isExactAsked) =>
			render("result", {
				...frame(isExactAsked),
				result: await viewResult(answer, { wikipediaPictures }),
			}),
		renderError: (report) => {
			const title = ERROR_TITLES.get(report.code) ?? "That didn't work";
			return render("error", { ...frame(false), error: { ...report, title } });
		},
	};
}

function viewFooter(status: ServiceStatus) {
	const version = status.versions.app;
	if (status.state !== "ready") return { version, engine: undefined, gallery: undefined };
	const { engine, gallery } = status;
	return {
		version,
		engine: engine.description,
		gallery: `${gallery.numPeople.toLocaleString("en")} people in ${gallery.numPhotos.toLocaleString("en")} photos (${gallery.name})`,
	};
}
