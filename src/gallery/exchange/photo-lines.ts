/**
 * What belongs to a matrix of embeddings, as JSON lines: the first says what made them, then one line per row. For
 * people who bring embeddings of their own, and for those who take ours.
 */
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { meanLandmarks } from "../../faces/geometry/face-shape.ts";
import { CREDIT } from "../credit.ts";
import { GALLERY_SETTINGS } from "../gallery-settings.ts";
import { cleanName, type Fame, type GalleryPhoto, PERSON, type Person, personKey } from "../person.ts";
import type { ReadableGallery } from "../readable-gallery.ts";

const FORMAT = "celebrity-faces embeddings";
/** Side of the box that a face gets whose place in its photo nobody told, in pixels. */
const UNKNOWN_SIDE_PX = 150;

const HEADER = z.object({
	format: z.literal(FORMAT),
	version: z.literal(1),
	/** What made the embeddings. */
	pipelineVersion: z.string().min(1),
	name: z.string().optional(),
	settings: GALLERY_SETTINGS.optional(),
});
export type LinesHeader = z.infer<typeof HEADER>;

const LINE = z.object({
	...PERSON.partial({ collections: true }).shape,
	/** Tells namesakes apart; without it the same id, article or name is the same person. */
	person: z.union([z.string(), z.number()]).optional(),
	source: z.string().min(1).optional(),
	box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
	/** x and y of the 68 points. */
	landmarks: z.array(z.number()).length(136).optional(),
	credit: CREDIT.optional(),
});

/** One JSON object each, without line breaks: the header, then the photos in the order of the rows. */
export function* toLines(
	gallery: Pick<ReadableGallery, "name" | "pipelineVersion" | "settings" | "rows" | "photo" | "person">,
): Generator<string> {
	const { name, pipelineVersion, settings } = gallery;
	yield JSON.stringify({ format: FORMAT, version: 1, pipelineVersion, name, settings } satisfies LinesHeader);
	for (const row of gallery.rows()) {
		const { person, picture: _, landmarks, ...photo } = gallery.photo(row);
		yield JSON.stringify({ person, ...gallery.person(person), ...photo, landmarks: [...landmarks] });
	}
}

export interface ReadLines {
	readonly header: LinesHeader | undefined;
	readonly people: readonly Person[];
	/** photos[i] belongs to row i. */
	readonly photos: readonly GalleryPhoto[];
}

/**
 * Reads what `toLines` wrote, or somebody else did: all but a name may be missing. A face without landmarks gets those
 * of a mean face, for its drawing.
 * @param origin the file's name, for messages
 * @throws AppError INVALID_GALLERY_LIST with the line
 */
export async function readLines(lines: AsyncIterable<string>, origin: string): Promise<ReadLines> {
	let header: LinesHeader | undefined;
	const people: Person[] = [];
	const photos: GalleryPhoto[] = [];
	const numbers = new Map<string, number>();
	const lineOf = new Map<string, number>();
	let line = 0;
	for await (const text of lines) {
		line++;
		if (text.trim() === "") continue;
		const value = parseJson(text, `${origin}, line ${line}`);
		if (line === 1 && typeof value === "object" && value !== null && "format" in value) {
			header = parse(HEADER, value, `${origin}, line 1`);
			continue;
		}
		const where = `${origin}, line ${line}`;
		const {
			person: given,
			source = `row ${photos.length}`,
			box,
			landmarks,
			credit,
			fame,
			...facts
		} = parse(LINE, value, where);
		const before = lineOf.get(source);
		if (before !== undefined)
			throw new AppError("INVALID_GALLERY_LIST", `${where}: expected another source than in line ${before}.`);
		lineOf.set(source, line);
		const name = cleanName(facts.name);
		if (name === "")
			throw new AppError("INVALID_GALLERY_LIST", `${where}: expected a name but there is none.`);
		const person = withoutGaps({
			...facts,
			name,
			collections: facts.collections ?? [],
			...(fame !== undefined && { fame: fame as Fame }),
		}) as Person;
		const key = given === undefined ? `key ${personKey(person)}` : `number ${given}`;
		const number = numbers.get(key) ?? people.push({ ...person, wikipedia: person.wikipedia }) - 1;
		numbers.set(key, number);
		photos.push({
			person: number,
			source,
			box: box ?? { x: 0, y: 0, width: UNKNOWN_SIDE_PX, height: UNKNOWN_SIDE_PX },
			landmarks: landmarks ? Float32Array.from(landmarks) : meanLandmarks(UNKNOWN_SIDE_PX),
			picture: undefined,
			...(credit && { credit: withoutGaps(credit) as NonNullable<GalleryPhoto["credit"]> }),
		});
	}
	return { header, people, photos };
}

function parseJson(text: string, where: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new AppError(
			"INVALID_GALLERY_LIST",
			`${where}: expected a JSON object but received ${text.slice(0, 60)}.`,
			{ cause },
		);
	}
}

function parse<T>(shape: z.ZodType<T>, value: unknown, where: string): T {
	const parsed = shape.safeParse(value);
	if (parsed.success) return parsed.data;
	const complaints = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
	throw new AppError("INVALID_GALLERY_LIST", `${where}: ${complaints.join("; ")}.`);
}

function withoutGaps<T extends object>(record: T): Partial<T> {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}
