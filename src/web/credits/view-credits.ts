/** What the page of credits is given. */
import { type CreditedPhoto, creditsOf } from "../../gallery/folder/credits.ts";
import { foldName } from "../../gallery/people/fold-name.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { pictureUrl } from "../portrait/pictures.ts";
import { type FoundPage, pageOf } from "../request/paging.ts";

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

interface CreditsView extends Omit<FoundPage<unknown>, "shown"> {
	readonly credits: readonly CreditView[];
}

const CREDITS_PER_PAGE = 50;

interface Findable {
	readonly photo: CreditedPhoto;
	/** Folded, with a space before every word. */
	readonly text: string;
}

const known = new WeakMap<ReadableGallery, readonly Findable[]>();
const knownToHave = new WeakMap<ReadableGallery, boolean>();

/** Whether the gallery has credits to list; the list itself is made when it is asked for. */
export function hasCredits(gallery: ReadableGallery): boolean {
	const has = knownToHave.get(gallery) ?? gallery.rows().some((row) => gallery.credit(row) !== undefined);
	knownToHave.set(gallery, has);
	return has;
}

/** @param query beginnings of words of the person's or the author's name; empty for everybody */
export function viewCredits(
	gallery: ReadableGallery,
	{ query, page }: { readonly query: string; readonly page: number },
): CreditsView {
	const words = foldName(query).split(" ");
	const found = listCredits(gallery).filter(({ text }) => words.every((word) => text.includes(` ${word}`)));
	const { shown, ...paging } = pageOf(found, { path: "/credits", query, page, perPage: CREDITS_PER_PAGE });
	return { ...paging, credits: shown.map(({ photo }) => viewCredit(photo)) };
}

function listCredits(gallery: ReadableGallery): readonly Findable[] {
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
