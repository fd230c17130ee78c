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
	const slug = PeopleDirectory.of(gallery).slugOf(photo.person);
	if (slug === undefined) return undefined;
	const path = pathOf({ slug });
	const card = (size: string) =>
		`${path}/card.png?${new URLSearchParams({ score: `${score}`, size, lang: texts.language })}`;
	return {
		slug,
		score,
		caption: captionOf(words, `${slug} ${score}`, texts),
		link: `${path}?score=${score}`,
		wideCard: card("wide"),
		tallCard: card("tall"),
	};
}
