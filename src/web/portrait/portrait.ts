/** A person's picture on a page: the gallery's own, Wikipedia's, a drawing or initials, whichever there is. */
import type { Credit } from "../../gallery/credit.ts";
import { type GalleryPhoto, nameIn, type Person } from "../../gallery/person.ts";
import { drawFace } from "../drawing/face-drawing.ts";
import { pictureUrl } from "./pictures.ts";

/** A picture of a person: the gallery's own, or a drawing that Wikipedia's may take the place of. */
export interface PortraitView {
	readonly name: string;
	/** Shown where there is neither picture nor drawing. */
	readonly initials: string;
	/** Inline SVG, made by `drawFace` and by nothing else: the one value that templates print unescaped. */
	readonly drawing: string | undefined;
	/** Address of the gallery's own picture. */
	readonly picture: string | undefined;
	/** Whose work the gallery's own picture is, and where it is described. */
	readonly credit: { readonly line: string; readonly page: string } | undefined;
	/** Title to ask Wikipedia with, where a picture is wanted from there. */
	readonly wikipediaTitle: string | undefined;
}

export interface ViewOptions {
	/** Whether the page may ask Wikipedia for pictures. */
	readonly wikipediaPictures: boolean;
	/** The visitor's: people are named in it where the gallery knows how. */
	readonly language: string;
}

/** Prepares people of the gallery to be shown outside an answer. */
export function viewPortrait(person: Person, photo: GalleryPhoto, options: ViewOptions): PortraitView {
	const name = nameIn(person, options.language);
	return {
		name,
		initials: initialsOf(name),
		drawing: drawFace(photo.landmarks),
		picture: photo.picture === undefined ? undefined : pictureUrl(photo.picture),
		credit: photo.picture === undefined ? undefined : viewCredit(photo.credit),
		wikipediaTitle: options.wikipediaPictures && photo.picture === undefined ? person.wikipedia : undefined,
	};
}

function viewCredit(credit: Credit | undefined): PortraitView["credit"] {
	return credit && { line: creditLineOf(credit), page: credit.page };
}

/** What stands for a person where there is neither picture nor drawing. */
export function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/u);
	const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) =>
		[...(word ?? "")].slice(0, 1).join(""),
	);
	return (first + last).toUpperCase();
}

/** Author and licence in one line; licences want it beside the picture. */
export function creditLineOf({ author, licence }: Credit): string {
	return author === undefined ? licence : `${author}, ${licence}`;
}
