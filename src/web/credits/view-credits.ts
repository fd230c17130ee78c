/** What the page of credits is given. */
import { type CreditedPhoto, creditsOf } from "../../gallery/folder/credits.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import { foldName } from "../../gallery/people/fold-name.ts";
import { pictureUrl } from "../portrait/pictures.ts";

interface CreditView {
	readonly person: string;
	/** Address of the gallery's picture, where it keeps one. */
	readonly picture: string | undefined;
	readonly author: string | undefined;
	readonly licence: string;
	readonly licenceUrl: string | undefined;
	/** Where the original is described, and what it is called there. */
	readonly page: string;
	readonly title: string | undefined;
}

interface CreditsView {
	readonly query: string;
	readonly credits: readonly CreditView[];
	/** How many there are on all pages. */
	readonly numFound: number;
	readonly page: number;
	readonly numPages: number;
	/** Addresses of the pages before and after. */
	readonly previous: string | undefined;
	readonly next: string | undefined;
}

const CREDITS_PER_PAGE = 50;

interface Findable {
	readonly photo: CreditedPhoto;
	/** Folded, with a space before every word. */
	readonly text: string;
}

const known = new WeakMap<Gallery, readonly Findable[]>();

/** Whether the gallery has credits to list. */
export function hasCredits(gallery: Gallery): boolean {
	return listCredits(gallery).length > 0;
}

/** @param query beginnings of words of the person's or the author's name; empty for everybody */
export function viewCredits(
	gallery: Gallery,
	{ query, page }: { readonly query: string; readonly page: number },
): CreditsView {
	const words = foldName(query).split(" ");
	const found = listCredits(gallery).filter(({ text }) => words.every((word) => text.includes(` ${word}`)));
	const numPages = Math.max(1, Math.ceil(found.length / CREDITS_PER_PAGE));
	const shown = Math.min(page, numPages);
	const address = (number: number) =>
		`/credits?${new URLSearchParams({ ...(query && { q: query }), page: `${number}` })}`;
	return {
		query,
		credits: found
			.slice((shown - 1) * CREDITS_PER_PAGE, shown * CREDITS_PER_PAGE)
			.map(({ photo }) => viewCredit(photo)),
		numFound: found.length,
		page: shown,
		numPages,
		previous: shown > 1 ? address(shown - 1) : undefined,
		next: shown < numPages ? address(shown + 1) : undefined,
	};
}

function listCredits(gallery: Gallery): readonly Findable[] {
	const listed =
		known.get(gallery) ??
		creditsOf(gallery).map((photo) => ({
			photo,
			text: ` ${foldName(`${photo.person} ${photo.author ?? ""}`)}`,
		}));
	known.set(gallery, listed);
	return listed;
}

function viewCredit({
	person,
	picture,
	author,
	licence,
	licenceUrl,
	page,
	title,
}: CreditedPhoto): CreditView {
	return {
		person,
		picture: picture === undefined ? undefined : pictureUrl(picture),
		author,
		licence,
		licenceUrl,
		page,
		title: title?.replace(/^File:/, ""),
	};
}
