/** Where a list of people goes on: after a person, or at the same place where that person is no more. */
import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { ListedPerson } from "../../gallery/browse/people-directory.ts";

const CURSOR = z.strictObject({ after: z.string(), at: z.int().min(0) });

/**
 * Cuts a page out of a list.
 * @param cursor as an earlier page gave it; the beginning without one
 * @throws AppError INVALID_REQUEST for what is no cursor of ours
 */
export function cutPage(
	people: readonly ListedPerson[],
	limit: number,
	cursor: string | undefined,
): { page: readonly ListedPerson[]; nextCursor: string | null } {
	const start = cursor === undefined ? 0 : placeOf(people, cursor);
	const page = people.slice(start, start + limit);
	const last = page.at(-1);
	const end = start + page.length;
	const nextCursor = last && end < people.length ? encode({ after: last.slug, at: end }) : null;
	return { page, nextCursor };
}

function placeOf(people: readonly ListedPerson[], cursor: string): number {
	const { after, at } = decode(cursor);
	const place = people.findIndex(({ slug }) => slug === after);
	return place === -1 ? at : place + 1;
}

function encode(cursor: z.output<typeof CURSOR>): string {
	return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function decode(text: string): z.output<typeof CURSOR> {
	try {
		return CURSOR.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
	} catch (cause) {
		throw new AppError("INVALID_REQUEST", "Wrong option `cursor`: it is none that was given here.", {
			hint: "Ask without it, then with `nextCursor` of the answer.",
			cause,
		});
	}
}
