/** What the part of the result that is for sending on is given. */
import { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import type { Lookalike } from "../../pipeline/answer.ts";
import { pathOf } from "../people/person-path.ts";
import type { ServedGallery } from "../served-gallery.ts";
import type { Texts } from "../texts/texts.ts";
import { captionOf } from "./captions.ts";

export interface ShareView {
	/** What stands for the person in addresses. */
	readonly slug: string;
	readonly score: number;
	/** Which of the person's photos matched, as the form sends it; undefined where that can't be said. */
	readonly photo: number | undefined;
	readonly caption: string;
	/** The page to send on. */
	readonly link: string;
	/** The cards without the visitor's face. */
	readonly wideCard: string;
	readonly tallCard: string;
}

/** @returns undefined for somebody who has just left the gallery */
export function viewShare(
	{ photo, resemblance: { score, words } }: Lookalike,
	{ gallery }: ServedGallery,
	texts: Texts,
): ShareView | undefined {
	const directory = PeopleDirectory.of(gallery);
	const entry = directory.entryOf(photo.person);
	if (entry === undefined) return undefined;
	const { slug } = entry;
	const path = pathOf(entry);
	const place = directory.placeOfPhoto(entry, photo);
	const match = { score: `${score}`, ...(place !== undefined && { photo: `${place}` }) };
	const card = (size: string) =>
		`${path}/card.png?${new URLSearchParams({ ...match, size, lang: texts.language })}`;
	return {
		slug,
		score,
		photo: place,
		caption: captionOf(words, `${slug} ${score}`, texts),
		link: `${path}?${new URLSearchParams(match)}`,
		wideCard: card("wide"),
		tallCard: card("tall"),
	};
}
