/** From the gallery's people to the API's. */
import { createHash } from "node:crypto";
import type { z } from "zod";
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import type { Credit } from "../../gallery/credit.ts";
import { LEAST_PEOPLE, scorerOf } from "../../gallery/matching/measure-gallery.ts";
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import { pathOf } from "../people/person-path.ts";
import { pictureUrl } from "../portrait/pictures.ts";
import { articleUrl } from "../portrait/wikipedia.ts";
import type { ServedGallery } from "../served-gallery.ts";
import type { CREDIT, PERSON, PERSON_ANSWER } from "./schemas/people.ts";
import type { Wording } from "./wording.ts";

const PHOTO_ID_DIGITS = 16;

export interface PeoplePresentation {
	/** "" or the path below which the site is, as for all addresses that are not in a page. */
	readonly basePath: string;
	readonly wording: Wording;
}

export function presentPerson(
	entry: ListedPerson,
	{ gallery }: ServedGallery,
	{ basePath, wording }: PeoplePresentation,
): z.output<typeof PERSON> {
	const { slug, person, rows } = entry;
	const { picture, credit } = PeopleDirectory.of(gallery).portraitOf(entry);
	return {
		id: slug,
		name: wording.nameOf(person),
		wikipedia: person.wikipedia === undefined ? null : articleUrl(person.wikipedia),
		wikidata: person.wikidata ?? null,
		knownFor: wording.knownForOf(person),
		birthYear: person.birthYear ?? null,
		fame: person.fame ?? null,
		collections: [...person.collections],
		numPhotos: rows.length,
		page: basePath + pathOf(entry),
		picture: picture === undefined ? null : basePath + pictureUrl(picture),
		credit: picture === undefined ? null : presentCredit(credit),
	};
}

/** With at most `k` look-alikes. */
export async function presentPersonInFull(
	entry: ListedPerson,
	served: ServedGallery,
	{ k, ...presentation }: PeoplePresentation & { readonly k: number },
): Promise<z.output<typeof PERSON_ANSWER>> {
	const { gallery, strangers } = served;
	const { person, rows, number } = entry;
	const { basePath, wording } = presentation;
	const found = await PeopleDirectory.of(gallery).lookalikesOf(entry, Math.max(k, LEAST_PEOPLE));
	const [template] = (await gallery.templatesOf([number])) as [Float32Array];
	const score = scorerOf(gallery, strangers, template, found);
	return {
		...presentPerson(entry, served, presentation),
		names: { ...person.names },
		aliases: [...(person.aliases ?? [])],
		photos: rows.map((row) => {
			const { picture, credit } = gallery.photo(row);
			return {
				id: photoIdOf(gallery, row),
				picture: picture === undefined ? null : basePath + pictureUrl(picture),
				credit: presentCredit(credit),
			};
		}),
		lookalikes: found.slice(0, k).map(({ entry: other, similarity }) => {
			const resemblance = score(similarity);
			return {
				id: other.slug,
				name: wording.nameOf(other.person),
				similarity,
				resemblance: resemblance.score,
				words: resemblance.words,
			};
		}),
	};
}

/** A digest, as the photo's name in its list or folder is nobody's business. */
export function photoIdOf(gallery: ReadableGallery, row: number): string {
	return createHash("sha256").update(gallery.source(row)).digest("hex").slice(0, PHOTO_ID_DIGITS);
}

export function presentCredit(credit: Credit | undefined): z.output<typeof CREDIT> | null {
	if (!credit) return null;
	const { author, licence, licenceUrl, page } = credit;
	return { author: author ?? null, licence, licenceUrl: licenceUrl ?? null, page };
}
