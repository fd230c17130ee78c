/** What a card says of a person of the gallery: with a score of a match with them, without of the person alone. */
import { domainToUnicode } from "node:url";
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { nameIn, type Person } from "../../gallery/person.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { wordsOf } from "../../resemblance/resemblance.ts";
import { creditLineOf } from "../portrait/portrait.ts";
import type { Visit } from "../request/visit.ts";
import type { ServedGallery } from "../served-gallery.ts";
import type { Texts } from "../texts/texts.ts";
import { accentColours } from "../theme/accent-colours.ts";
import { captionOf } from "./captions.ts";
import { type CreditedPicture, cardPictureOf } from "./card-picture.ts";
import type { CardFrame, ShareCard } from "./share-card.ts";
import { canSet, outlineText } from "./type-setter.ts";

export interface CardOptions {
	/** 0 to 100. */
	readonly score?: number | undefined;
	/** Which of the person's photos matched, as `PeopleDirectory.placeOfPhoto` says it. */
	readonly photo?: number | undefined;
	/** Where the gallery's pictures lie, if it has any. */
	readonly picturesFolder: string | undefined;
	/** The visitor's own face, where they want it on the card: a JPEG. */
	readonly face?: Buffer | undefined;
}

export async function cardOfPerson(
	entry: ListedPerson,
	served: ServedGallery,
	{ texts, origin }: Visit,
	{ score, photo, face, picturesFolder }: CardOptions,
): Promise<ShareCard> {
	const name = nameOnCard(entry.person, texts);
	const own: CardFrame[] = face
		? [{ picture: { kind: "photo", jpeg: face }, label: texts.say("card.me") }]
		: [];
	const { picture, credit } = await pictureOf(entry, served, picturesFolder, photo);
	const theirs = { picture, label: name };
	const frame = {
		frames: [...own, theirs],
		name,
		...(credit && { credit: texts.say("card.credit", { credit: creditLineOf(credit) }) }),
		...coloursOf(served.gallery),
		site: texts.say("site.title"),
		address: addressOnCard(origin),
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
export async function cardOfSite(
	served: ServedGallery,
	{ texts, origin }: Visit,
	{ picturesFolder }: Pick<CardOptions, "picturesFolder">,
): Promise<ShareCard> {
	const shown = PeopleDirectory.of(served.gallery).entries.slice(0, 2);
	const pictures = await Promise.all(shown.map((entry) => pictureOf(entry, served, picturesFolder)));
	const credits = pictures.flatMap(({ credit }) => (credit ? [creditLineOf(credit)] : []));
	return {
		frames: pictures.map(({ picture }, i) => ({
			picture,
			label: nameOnCard(shown[i]!.person, texts),
		})),
		lead: texts.say("card.question"),
		name: texts.say("card.site"),
		caption: texts.say("start.lead"),
		...(credits.length > 0 && { credit: texts.say("card.credit", { credit: credits.join("; ") }) }),
		...coloursOf(served.gallery),
		site: texts.say("card.promise"),
		address: addressOnCard(origin),
	};
}

/** In the visitor's language where its letters can be set, e.g. not Chinese, or else as the gallery or Wikipedia has it. */
function nameOnCard(person: Person, texts: Texts): string {
	const { name, names = {}, aliases = [], wikipedia } = person;
	const shown = nameIn(person, texts.language);
	// an article's title may say which of several it is: "Jim Jones (rapper)"
	const article = wikipedia?.replace(/ \([^)]*\)$/, "");
	const spellings = [shown, name, article, ...Object.values(names), ...aliases];
	const whole = spellings.find((spelling) => spelling !== undefined && canSet(spelling));
	if (whole !== undefined) return whole;
	const isSeen = outlineText(shown, 0, 0, { weight: 600, size: 20 }) !== "";
	return isSeen ? shown : texts.say("card.nameless");
}

/** Where the site is, as people write it: "https://xn--e1afmkfd.xn--p1ai/faces" is "пример.рф/faces". */
function addressOnCard(origin: string): string {
	const { hostname, port, pathname } = new URL(origin);
	const host = domainToUnicode(hostname);
	return (canSet(host) ? host : hostname) + (port && `:${port}`) + pathname.replace(/\/$/, "");
}

function coloursOf({ settings: { accent } }: ReadableGallery): Pick<ShareCard, "colours"> {
	return accent === undefined ? {} : { colours: accentColours(accent).light };
}

function pictureOf(
	entry: ListedPerson,
	{ gallery }: ServedGallery,
	picturesFolder: string | undefined,
	photo?: number,
): Promise<CreditedPicture> {
	return cardPictureOf(entry.person, PeopleDirectory.of(gallery).photoAt(entry, photo), picturesFolder);
}
