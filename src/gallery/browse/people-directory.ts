/** A gallery's people as visitors browse them: by address, by name, by who looks like whom. */
import { createGiveWay } from "../../give-way.ts";
import { turnOf } from "../audit/head-turn.ts";
import { foldName } from "../people/fold-name.ts";
import {
	isCyrillic,
	jointSoundOf,
	type Spelling,
	soundAlike,
	soundsOf,
	spelledAlike,
	spellingOf,
} from "../people/sound-of-name.ts";
import type { GalleryPhoto, Person } from "../person.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { sortInSteps } from "./sort-in-steps.ts";

export interface ListedPerson {
	/** Number of the person in the gallery. */
	readonly number: number;
	/** What stands for the person in addresses, e.g. "grace-kelly"; the same after the gallery is built anew. */
	readonly slug: string;
	readonly person: Person;
	/** Rows of the person's photos; at least one. */
	readonly rows: readonly number[];
}

export interface FoundLookalike {
	readonly entry: ListedPerson;
	/** See matching/find-people.ts: what is asked for is the mean of the person's photos. */
	readonly similarity: number;
}

/** Characters of a name that stand in an address, which proxies and browsers take at some length only. */
const MAX_SLUG = 180;
/** Spelling that a name shares with what was asked for, from which on it may have been meant. */
const LEAST_SUGGESTED = 0.6;
/** Of names that sound alike: how much of the best one's shared spelling another must have. */
const LEAST_OF_BEST = 0.6;
/** Names that are compared by spelling and sound, those of the best known first: a fiftieth of a millisecond each. */
const MAX_COMPARED = 4000;

const directories = new WeakMap<ReadableGallery, PeopleDirectory>();
/** Folding is most of the work, and most people are the same ones after a change. */
const foldedNames = new WeakMap<Person, readonly string[]>();

export class PeopleDirectory {
	/** The best known first; among equals those with most photos, of whom the gallery knows most; then by name. */
	readonly entries: readonly ListedPerson[];
	readonly #gallery: ReadableGallery;
	readonly #bySlug: ReadonlyMap<string, ListedPerson>;
	readonly #byNumber: ReadonlyMap<number, ListedPerson>;
	/** Names of each entry in all languages and its other names, folded, with a space before every word: there words begin. */
	readonly #folded: readonly (readonly string[])[];
	/** Of the names of the best known, in all languages; made when somebody is first suggested. */
	#spellings: readonly { readonly entry: ListedPerson; readonly spelling: Spelling }[] | undefined;

	private constructor(
		gallery: ReadableGallery,
		entries: readonly ListedPerson[],
		parts: {
			readonly bySlug: ReadonlyMap<string, ListedPerson>;
			readonly byNumber: ReadonlyMap<number, ListedPerson>;
			readonly folded: readonly (readonly string[])[];
		},
	) {
		this.#gallery = gallery;
		this.entries = entries;
		this.#bySlug = parts.bySlug;
		this.#byNumber = parts.byNumber;
		this.#folded = parts.folded;
	}

	/** The gallery's directory; made when it is first asked for, and kept as long as the gallery is. */
	static of(gallery: ReadableGallery): PeopleDirectory {
		const known = directories.get(gallery);
		if (known) return known;
		const steps = PeopleDirectory.#make(gallery);
		for (;;) {
			const step = steps.next();
			if (step.done) return step.value;
		}
	}

	/** Makes it before it is asked for, in slices between which others have their turn: of 100,000 people it takes a second. */
	static async prepare(gallery: ReadableGallery): Promise<void> {
		const giveWay = createGiveWay();
		const steps = PeopleDirectory.#make(gallery);
		while (!directories.has(gallery) && !steps.next().done) {
			const pause = giveWay();
			if (pause) await pause;
		}
	}

	/** In steps of less than a millisecond. */
	static *#make(gallery: ReadableGallery): Generator<undefined, PeopleDirectory> {
		const entries = yield* listPeople(gallery);
		const [bySlug, byNumber] = [new Map<string, ListedPerson>(), new Map<number, ListedPerson>()];
		const folded: (readonly string[])[] = [];
		for (const entry of entries) {
			bySlug.set(entry.slug, entry);
			byNumber.set(entry.number, entry);
			folded.push(foldedNamesOf(entry.person));
			yield;
		}
		const directory = new PeopleDirectory(gallery, entries, { bySlug, byNumber, folded });
		directories.set(gallery, directory);
		return directory;
	}

	find(slug: string): ListedPerson | undefined {
		return this.#bySlug.get(slug);
	}

	/** The entry of a person who has photos, by the person's number. */
	entryOf(number: number): ListedPerson | undefined {
		return this.#byNumber.get(number);
	}

	/**
	 * People of whose names every word asked for begins a word, whatever its case and accents; those one of whose
	 * names begins with it come first. Where a name in Cyrillic letters finds nobody, those whose name sounds like it.
	 */
	search(text: string): ListedPerson[] {
		const asked = foldName(text);
		const words = asked.split(" ").filter((word) => word !== "");
		if (words.length === 0) return [];
		const first: ListedPerson[] = [];
		const others: ListedPerson[] = [];
		for (const [i, entry] of this.entries.entries()) {
			const names = this.#folded[i]!;
			if (names.some((name) => name.startsWith(` ${asked}`))) first.push(entry);
			else if (words.every((word) => names.some((name) => name.includes(` ${word}`)))) others.push(entry);
		}
		if (first.length + others.length === 0 && isCyrillic(text)) return this.#searchBySound(text);
		return [...first, ...others];
	}

	/**
	 * Whom somebody may have meant whose name found nobody, most likely first, at most `most`: names that are spelt much
	 * like it, best known people first among equals. In a large gallery only the best known are suggested.
	 */
	suggest(text: string, most: number): ListedPerson[] {
		if (foldName(text) === "") return [];
		this.#spellings ??= this.#bestKnown
			.flatMap((entry) => namesOf(entry.person).map((name) => ({ entry, spelling: spellingOf(name) })))
			.slice(0, MAX_COMPARED);
		const asked = spellingOf(text);
		const alike = this.#spellings
			.map(({ entry, spelling }) => ({ entry, shared: spelledAlike(spelling, asked) }))
			.filter(({ shared }) => shared >= LEAST_SUGGESTED)
			.toSorted((a, b) => b.shared - a.shared);
		return [...new Set(alike.map(({ entry }) => entry))].slice(0, most);
	}

	get #bestKnown(): readonly ListedPerson[] {
		return this.entries.slice(0, MAX_COMPARED);
	}

	/**
	 * Those first who are spelt most like it, and nobody who is spelt much less so: Кидман is no Goodman. Whose name in
	 * Cyrillic letters is known must be spelt like it there: Путин is no Biden.
	 */
	#searchBySound(text: string): ListedPerson[] {
		const words = soundsOf(text);
		const whole = jointSoundOf(text);
		if (words.length === 0) return [];
		const found = this.#bestKnown.filter(({ person: { name } }) => {
			if (soundAlike(jointSoundOf(name), whole)) return true;
			const own = soundsOf(name);
			return words.every((word) => own.some((sounds) => soundAlike(sounds, word)));
		});
		const asked = spellingOf(text);
		const spelt = found
			.filter(({ person }) => {
				const cyrillic = namesOf(person).filter(isCyrillic);
				return (
					cyrillic.length === 0 ||
					cyrillic.some((name) => spelledAlike(spellingOf(name), asked) >= LEAST_SUGGESTED)
				);
			})
			.map((entry) => ({ entry, shared: spelledAlike(spellingOf(entry.person.name), asked) }))
			.toSorted((a, b) => b.shared - a.shared);
		const least = (spelt[0]?.shared ?? 0) * LEAST_OF_BEST;
		return spelt.filter(({ shared }) => shared >= least).map(({ entry }) => entry);
	}

	/** The other people who look most like this one, best first, at most `k`. */
	async lookalikesOf({ number }: ListedPerson, k: number): Promise<FoundLookalike[]> {
		const [template] = (await this.#gallery.templatesOf([number])) as [Float32Array];
		const found = await this.#gallery.findPeople(template, k + 1);
		return found.flatMap(({ person, similarity }) => {
			const entry = this.#byNumber.get(person);
			return person === number || !entry ? [] : [{ entry, similarity }];
		});
	}

	/** The photo that the owner chose to stand for the person. */
	chosenPhotoOf({ person, rows }: ListedPerson): GalleryPhoto | undefined {
		if (person.portrait === undefined) return undefined;
		return this.photosOf({ rows }).find(({ source }) => source === person.portrait);
	}

	/** The person's photo that the owner chose, or else shows the face best: the one that looks straight out. */
	portraitOf(entry: ListedPerson): GalleryPhoto {
		const chosen = this.chosenPhotoOf(entry);
		if (chosen) return chosen;
		return this.photosOf(entry).reduce((best, other) =>
			turnOf(other.landmarks) < turnOf(best.landmarks) ? other : best,
		);
	}

	/** The person's photos in the order in which pages number them. */
	photosOf({ rows }: Pick<ListedPerson, "rows">): GalleryPhoto[] {
		return rows.map((row) => this.#gallery.photo(row));
	}

	/** What `photoAt` finds the photo of an answer by, in an address; undefined for one that is not here. */
	placeOfPhoto({ rows }: ListedPerson, photo: GalleryPhoto): number | undefined {
		const place = rows.findIndex((row) => this.#gallery.photo(row).source === photo.source);
		return place < 0 ? undefined : place + 1;
	}

	/** The person's photo at a place from 1, or, where there is none, the one that stands for the person. */
	photoAt(entry: ListedPerson, place: number | undefined): GalleryPhoto {
		const row = place === undefined ? undefined : entry.rows[place - 1];
		return row === undefined ? this.portraitOf(entry) : this.#gallery.photo(row);
	}
}

function* listPeople(gallery: ReadableGallery): Generator<undefined, ListedPerson[]> {
	const rowsOf = new Map<number, number[]>();
	for (const row of gallery.rows()) {
		const number = gallery.personOf(row);
		const rows = rowsOf.get(number);
		if (rows) rows.push(row);
		else rowsOf.set(number, [row]);
		yield;
	}
	const slugs = new Slugs();
	const entries: ListedPerson[] = [];
	for (const [number, rows] of rowsOf) {
		const person = gallery.person(number);
		// the first of them is the name
		entries.push({ number, rows, person, slug: slugs.give(foldedNamesOf(person)[0]!.slice(1)) });
		yield;
	}
	const { compare } = new Intl.Collator();
	return yield* sortInSteps(
		entries,
		(a, b) =>
			(b.person.fame ?? 0) - (a.person.fame ?? 0) ||
			b.rows.length - a.rows.length ||
			compare(a.person.name, b.person.name),
	);
}

/** In the gallery's own language first. */
function namesOf({ name, names = {}, aliases = [] }: Person): string[] {
	return [...new Set([name, ...Object.values(names), ...aliases])];
}

/** All of them, with a space before every word. */
function foldedNamesOf(person: Person): readonly string[] {
	const known = foldedNames.get(person);
	if (known) return known;
	const folded = namesOf(person).map((name) => ` ${foldName(name)}`);
	foldedNames.set(person, folded);
	return folded;
}

/** What stands for people in addresses: no two of them get the same. */
class Slugs {
	readonly #given = new Set<string>();
	readonly #numNamesakes = new Map<string, number>();

	/** @param folded name, as foldName has it */
	give(folded: string): string {
		const first = slugify(folded);
		let number = (this.#numNamesakes.get(first) ?? 0) + 1;
		const numbered = () => (number === 1 ? first : `${first}-${number}`);
		// somebody may be called as a namesake is numbered: "Ann 2"
		while (this.#given.has(numbered())) number++;
		this.#numNamesakes.set(first, number);
		this.#given.add(numbered());
		return numbered();
	}
}

function slugify(folded: string): string {
	const joined = folded.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-");
	const whole = joined.length > MAX_SLUG ? joined.slice(0, MAX_SLUG).replace(/[\ud800-\udbff]$/, "") : joined;
	const slug = whole.replaceAll(/^-+|-+$/g, "");
	return slug === "" ? "person" : slug;
}
