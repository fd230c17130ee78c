/** Whether a gallery's texts are what they should be, and fit its rows. */
import { z } from "zod";
import { CREDIT, type Credit } from "../credit.ts";
import { GALLERY_SETTINGS } from "../gallery-settings.ts";
import { judgeLicence } from "../licence.ts";
import type { DenyList } from "../people/deny-list.ts";
import { type GalleryPhoto, PERSON } from "../person.ts";
import type { ReadableGallery } from "../readable-gallery.ts";
import { counted, type Problems } from "./check.ts";

const TEXT = z.string().min(1);
const STRICT_PERSON = z.strictObject(PERSON.shape);
const STRICT_CREDIT = z.strictObject(CREDIT.shape);
const PHOTO = z.object({
	source: TEXT,
	picture: z
		.string()
		.regex(/^[\w.-]+$/)
		.optional(),
});

/** Settings, people and photos: each by itself, and whether they fit one another. */
export function checkCatalogue(gallery: ReadableGallery, problems: Problems): string {
	expectShape(problems, "settings", GALLERY_SETTINGS, gallery.settings);
	for (const [number, person] of gallery.people.entries())
		expectShape(problems, `person ${number}`, STRICT_PERSON, person);
	const sources = new Map<unknown, number>();
	const sourcesOf = new Map<number, Set<unknown>>();
	for (const row of gallery.rows()) {
		const person = gallery.personOf(row);
		problems.expect(person < gallery.people.length, () => {
			return `row ${row}: expected one of ${gallery.people.length} people but found number ${person}`;
		});
		const [source, picture] = [gallery.source(row), gallery.picture(row)];
		expectShape(problems, `row ${row}`, PHOTO, { source, picture });
		const first = sources.get(source);
		problems.expect(first === undefined, () => `row ${row}: ${source} is row ${first} already`);
		sources.set(source, row);
		sourcesOf.set(person, (sourcesOf.get(person) ?? new Set()).add(source));
	}
	for (const [number, person] of gallery.people.entries()) {
		const { portrait } = (person ?? {}) as { portrait?: string };
		const own = sourcesOf.get(number);
		problems.expect(own !== undefined, () => `person ${number}, ${person?.name}, has no photo`);
		problems.expect(portrait === undefined || own === undefined || own.has(portrait), () => {
			return `person ${number}, ${person?.name}: the portrait ${portrait} is none of the person's photos`;
		});
	}
	return `${counted(gallery.numPeople, "person", "people")}, ${counted(gallery.numPhotos, "photo")}`;
}

/** Boxes and landmarks: finite, and the landmarks on the face. */
export function checkGeometries(gallery: ReadableGallery, problems: Problems): string {
	for (const row of gallery.rows()) {
		const { box, landmarks } = gallery.photo(row);
		const isReadable = [...Object.values(box), ...landmarks].every(Number.isFinite);
		problems.expect(
			isReadable && box.width > 0 && box.height > 0,
			() => `row ${row}: its box or landmarks are no numbers of pixels`,
		);
	}
	return `${gallery.numPhotos} boxes with 68 landmarks`;
}

export interface CreditRules {
	/** Whether licences count that don't allow everybody reuse. */
	readonly isAnyLicenceFine: boolean;
}

/** Credits: complete, and of licences that allow reuse. */
export function checkCredits(gallery: ReadableGallery, problems: Problems, rules: CreditRules): string {
	let numCredited = 0;
	for (const row of gallery.rows()) {
		const { credit, source }: Pick<GalleryPhoto, "credit" | "source"> = gallery.photo(row);
		if (credit === undefined) continue;
		numCredited++;
		const where = `the credit of ${source}`;
		if (expectShape(problems, where, STRICT_CREDIT, credit) && !rules.isAnyLicenceFine)
			expectLicence(credit, where, problems);
	}
	const numOwn = gallery.numPhotos - numCredited;
	return `${counted(numCredited, "photo")} with a credit${numOwn > 0 ? `, ${numOwn} without` : ""}`;
}

function expectLicence({ licence, licenceUrl, author }: Credit, where: string, problems: Problems): void {
	const judged = judgeLicence({ shortName: licence, ...(licenceUrl !== undefined && { url: licenceUrl }) });
	problems.expect(judged !== undefined, () => `${where}: "${licence}" does not let everybody show the photo`);
	problems.expect(!judged?.asksForAuthor || author !== undefined, () => {
		return `${where}: ${licence} wants its author named but none is`;
	});
}

/** Nobody and nothing that the owner's deny list keeps out. */
export function checkDenied(gallery: ReadableGallery, denied: DenyList, problems: Problems): string {
	for (const row of gallery.rows()) {
		const reason = denied.reasonForPhoto(gallery.source(row));
		problems.expect(reason === undefined, () => `${gallery.source(row)} is denied: ${reason}`);
	}
	for (const person of gallery.people) {
		const reason = denied.reasonFor(person);
		problems.expect(reason === undefined, () => `${person.name} is denied: ${reason}`);
	}
	return "nobody in it is on its deny list";
}

function expectShape(problems: Problems, where: string, shape: z.ZodType, value: unknown): boolean {
	const parsed = shape.safeParse(value);
	for (const { path, message } of parsed.error?.issues ?? [])
		problems.all.push(`${where}: ${[...path, message].join(": ")}`);
	return parsed.success;
}
