/** What a card says of a person of the gallery: with a score of a match with them, without of the person alone. */
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { wordsOf } from "../../resemblance/resemblance.ts";
import { drawFace } from "../drawing/face-drawing.ts";
import { initialsOf } from "../portrait.ts";
import type { ServedGallery } from "../served-gallery.ts";
import type { Visit } from "../visit.ts";
import { captionOf } from "./captions.ts";
import type { CardFrame, CardPicture, ShareCard } from "./share-card.ts";

export interface CardOptions {
	/** 0 to 100. */
	readonly score?: number | undefined;
	/** The visitor's own face, where they want it on the card: a JPEG. */
	readonly face?: Buffer | undefined;
}

export function cardOfPerson(
	entry: ListedPerson,
	served: ServedGallery,
	{ texts, origin }: Visit,
	{ score, face }: CardOptions,
): ShareCard {
	const { name } = entry.person;
	const own: CardFrame[] = face
		? [{ picture: { kind: "photo", jpeg: face }, label: texts.say("card.me") }]
		: [];
	const theirs = { picture: pictureOf(entry, served), label: name };
	const frame = {
		frames: [...own, theirs],
		name,
		site: texts.say("site.title"),
		address: new URL(origin).host,
	};
	if (score === undefined) {
		return { ...frame, lead: texts.say("card.person"), caption: texts.say("card.invitation") };
	}
	const words = wordsOf(score);
	const key = words.replaceAll(" ", "-");
	return {
		...frame,
		lead: texts.say(`card.lead.${key}`),
		score: { value: score, words: texts.say(`words.${key}`) },
		caption: captionOf(words, `${entry.slug} ${score}`, texts),
	};
}

/** The card of the site itself, with some of the people whom visitors may meet. */
export function cardOfSite(served: ServedGallery, { texts, origin }: Visit): ShareCard {
	const shown = PeopleDirectory.of(served.gallery).entries.slice(0, 2);
	return {
		frames: shown.map((entry) => ({ picture: pictureOf(entry, served), label: entry.person.name })),
		lead: texts.say("card.question"),
		name: texts.say("card.site"),
		caption: texts.say("start.lead"),
		site: texts.say("card.promise"),
		address: new URL(origin).host,
	};
}

function pictureOf(entry: ListedPerson, { gallery }: ServedGallery): CardPicture {
	const svg = drawFace(PeopleDirectory.of(gallery).portraitOf(entry).landmarks);
	return svg === undefined
		? { kind: "letters", text: initialsOf(entry.person.name) }
		: { kind: "drawing", svg };
}
