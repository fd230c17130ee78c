/** In which language the API names people and says what they are known for. */
import type { Request } from "express";
import { nameIn, type Person } from "../../gallery/person.ts";
import { viewKnownFor } from "../people/known-for.ts";
import type { Texts } from "../texts/texts.ts";

export interface Wording {
	readonly nameOf: (person: Person) => string;
	readonly knownForOf: (person: Person) => string | null;
}

/** As the gallery has it, whoever asks. */
export const GALLERY_WORDING: Wording = {
	nameOf: ({ name }) => name,
	knownForOf: ({ knownFor }) => knownFor ?? null,
};

/**
 * @param lang what was asked for, if anything; otherwise the language that the request's Accept-Language puts first
 * @param locales the languages of the page, whose words for trades are used
 */
export function wordingFor(lang: string | undefined, req: Request, locales: readonly Texts[]): Wording {
	const language = lang ?? acceptedBy(req);
	if (language === undefined) return GALLERY_WORDING;
	const texts = locales.find((one) => one.language === language);
	return {
		nameOf: (person) => nameIn(person, language),
		knownForOf: (person) => {
			const own = person.knownForIn?.[language];
			if (own !== undefined) return own;
			const view = texts && viewKnownFor(person, texts);
			return view ? view.text + view.english : (person.knownFor ?? null);
		},
	};
}

/** Without a region, as galleries keep languages; "*" is none. */
function acceptedBy(req: Request): string | undefined {
	const [first = "*"] = req.acceptsLanguages();
	return first === "*" ? undefined : first.split("-", 1)[0];
}
