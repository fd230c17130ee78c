/** What the pages about people are given. */
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { LEAST_PEOPLE, scorerOf } from "../../gallery/matching/measure-gallery.ts";
import { nameIn } from "../../gallery/person.ts";
import { type Resemblance, wordsOf } from "../../resemblance/resemblance.ts";
import { type PortraitView, type ViewOptions, viewPortrait } from "../portrait/portrait.ts";
import { articleUrl } from "../portrait/wikipedia.ts";
import { type FoundPage, pageOf } from "../request/paging.ts";
import type { ServedGallery } from "../served-gallery.ts";
import { captionOf } from "../share/captions.ts";
import type { Texts } from "../texts/texts.ts";
import { type KnownForView, viewKnownFor } from "./known-for.ts";
import { pathOf } from "./person-path.ts";

export interface PersonLink {
	readonly name: string;
	readonly path: string;
	readonly portrait: PortraitView;
}

interface PeopleView extends Omit<FoundPage<unknown>, "shown"> {
	readonly people: readonly PersonLink[];
	/** Whom the visitor may have meant, where nobody was found. */
	readonly suggested: readonly PersonLink[];
}

interface PersonView extends PersonLink {
	readonly articleUrl: string | undefined;
	/** The map with this person in the middle. */
	readonly mapPath: string;
	readonly numPhotos: number;
	readonly knownFor: KnownForView | undefined;
	/** Whether the gallery keeps pictures, or only landmarks to draw from. */
	readonly hasPictures: boolean;
	/** At most a dozen. */
	readonly photos: readonly PortraitView[];
	readonly lookalikes: readonly (PersonLink & { readonly score: number; readonly words: string })[];
	/** What somebody sends on with the link: how much they resemble this person. */
	readonly sent:
		| {
				readonly score: number;
				/** Of the address that was sent. */
				readonly query: string;
				readonly words: string;
				readonly lead: string;
				readonly caption: string;
		  }
		| undefined;
}

/** What an address says of a match that was sent on. */
interface SentMatch {
	readonly score?: number | undefined;
	/** Which of the person's photos matched, from 1. */
	readonly photo?: number | undefined;
}

const PEOPLE_PER_PAGE = 30;
export const MAX_SUGGESTED = 3;
const NUM_LOOKALIKES = 8;
/** Photos of a person that their page shows. */
export const MAX_PHOTOS = 12;

export function viewPeople(
	directory: PeopleDirectory,
	{ query, page, ...options }: ViewOptions & { readonly query: string; readonly page: number },
): PeopleView {
	const found = query === "" ? directory.entries : directory.search(query);
	const { shown, ...paging } = pageOf(found, { path: "/people", query, page, perPage: PEOPLE_PER_PAGE });
	const link = (entry: ListedPerson) => linkTo(entry, directory, options);
	const suggested = found.length > 0 ? [] : directory.suggest(query, MAX_SUGGESTED);
	return { ...paging, people: shown.map(link), suggested: suggested.map(link) };
}

export async function viewPerson(
	entry: ListedPerson,
	served: ServedGallery,
	texts: Texts,
	{ score, photo, ...options }: ViewOptions & SentMatch,
): Promise<PersonView> {
	const { gallery } = served;
	const directory = PeopleDirectory.of(gallery);
	const { person, rows } = entry;
	const portrait = directory.portraitOf(entry);
	return {
		...linkTo(entry, directory, options),
		portrait: viewPortrait(person, directory.photoAt(entry, photo), options),
		articleUrl: person.wikipedia === undefined ? undefined : articleUrl(person.wikipedia),
		mapPath: `/map?${new URLSearchParams({ q: entry.slug })}`,
		numPhotos: rows.length,
		knownFor: viewKnownFor(person, texts),
		hasPictures: portrait.picture !== undefined,
		photos: directory
			.photosOf(entry)
			.slice(0, MAX_PHOTOS)
			.map((photo) => viewPortrait(person, photo, { ...options, wikipediaPictures: false })),
		lookalikes: await viewLookalikes(entry, served, texts, options),
		sent: score === undefined ? undefined : viewSent(entry, { score, photo }, texts),
	};
}

async function viewLookalikes(
	entry: ListedPerson,
	{ gallery, strangers }: ServedGallery,
	texts: Texts,
	options: ViewOptions,
): Promise<PersonView["lookalikes"]> {
	const directory = PeopleDirectory.of(gallery);
	const scored = await scoredLookalikesOf(entry, { gallery, strangers }, NUM_LOOKALIKES);
	return scored.map(({ other, resemblance }) => ({
		...linkTo(other, directory, options),
		score: resemblance.score,
		words: texts.say(`words.${keyOf(resemblance.words)}`),
	}));
}

/** The other people who look most like this one, best first, at most `k`, and how much. */
export async function scoredLookalikesOf(
	entry: ListedPerson,
	{ gallery, strangers }: ServedGallery,
	k: number,
): Promise<{ readonly other: ListedPerson; readonly resemblance: Resemblance }[]> {
	const found = await PeopleDirectory.of(gallery).lookalikesOf(entry, Math.max(k, LEAST_PEOPLE));
	const [template] = (await gallery.templatesOf([entry.number])) as [Float32Array];
	const score = scorerOf(gallery, strangers, template, found);
	return found
		.slice(0, k)
		.map((lookalike) => ({ other: lookalike.entry, resemblance: score(lookalike.similarity) }));
}

function viewSent(
	{ slug }: ListedPerson,
	{ score, photo }: SentMatch & { readonly score: number },
	texts: Texts,
): NonNullable<PersonView["sent"]> {
	const words = wordsOf(score);
	return {
		score,
		query: `?${new URLSearchParams({ score: `${score}`, ...(photo !== undefined && { photo: `${photo}` }) })}`,
		words: texts.say(`words.${keyOf(words)}`),
		lead: texts.say(`card.lead.${keyOf(words)}`),
		caption: captionOf(words, `${slug} ${score}`, texts),
	};
}

/** How a person is shown who has a page. */
export function linkTo(entry: ListedPerson, directory: PeopleDirectory, options: ViewOptions): PersonLink {
	const { person } = entry;
	return {
		name: nameIn(person, options.language),
		path: pathOf(entry),
		portrait: viewPortrait(person, directory.portraitOf(entry), options),
	};
}

/** Words as they stand in keys of texts. */
export function keyOf(words: string): string {
	return words.replaceAll(" ", "-");
}
