/** From a matrix of embeddings and lines about its rows to what a gallery is built of. */
import { AppError } from "../../errors.ts";
import type { Matrix } from "../../files/npy.ts";
import type { GalleryContents } from "../gallery.ts";
import type { PeopleRules } from "../people/people-rules.ts";
import type { ReadLines } from "./photo-lines.ts";

/** How far from 1 a row's length may be: float16 and decimal text leave it within this. */
const LENGTH_TOLERANCE = 2e-3;

export interface ImportOptions {
	readonly name: string;
	/** What made the embeddings, where the lines don't say; where both do they must agree. */
	readonly pipelineVersion: string | undefined;
	readonly rules: PeopleRules;
}

/**
 * @throws AppError INVALID_VECTOR for rows that are not of unit length; INVALID_GALLERY_LIST if there are more rows or
 * lines than of the other; INVALID_ARGUMENT or PIPELINE_MISMATCH if it is unknown or doubtful what made the
 * embeddings; EMPTY_GALLERY if nobody is left
 */
export function importEmbeddings(
	{ numRows, numColumns, values }: Matrix,
	{ header, people, photos }: ReadLines,
	{ name, pipelineVersion, rules }: ImportOptions,
): GalleryContents {
	if (photos.length !== numRows) {
		throw new AppError(
			"INVALID_GALLERY_LIST",
			`Expected a line for each of ${numRows} embeddings but found ${photos.length}.`,
		);
	}
	expectUnitLength(values, numRows, numColumns);
	const contents: GalleryContents = {
		name,
		settings: header?.settings ?? {},
		people,
		photos,
		embeddings: values,
		dimension: numColumns,
		pipelineVersion: versionOf(header?.pipelineVersion, pipelineVersion),
	};
	const { denied, leastFame = 0 } = rules;
	const isLeftOut = people.map(
		(person) => (person.fame ?? 0) < leastFame || denied?.reasonFor(person) !== undefined,
	);
	const kept = [...photos.keys()].filter((row) => {
		const { person, source } = photos[row]!;
		return !isLeftOut[person] && denied?.reasonForPhoto(source) === undefined;
	});
	if (kept.length === 0)
		throw new AppError(
			"EMPTY_GALLERY",
			`Expected people who may be in the gallery but none of ${people.length} may.`,
		);
	return withOwnPortraits(kept.length === numRows ? contents : withRows(contents, kept));
}

/** The photo that stands for somebody may have been left out, or be somebody else's. */
function withOwnPortraits(contents: GalleryContents): GalleryContents {
	const own = new Set(contents.photos.map(({ person, source }) => `${person}\n${source}`));
	const people = contents.people.map((person, number) => {
		const { portrait, ...others } = person;
		return portrait === undefined || own.has(`${number}\n${portrait}`) ? person : others;
	});
	return { ...contents, people };
}

function withRows(contents: GalleryContents, rows: readonly number[]): GalleryContents {
	const { photos, dimension } = contents;
	const embeddings = new Float32Array(rows.length * dimension);
	for (const [i, row] of rows.entries())
		embeddings.set(contents.embeddings.subarray(row * dimension, (row + 1) * dimension), i * dimension);
	return { ...contents, photos: rows.map((row) => photos[row]!), embeddings };
}

function expectUnitLength(values: Float32Array, numRows: number, numColumns: number): void {
	for (let row = 0; row < numRows; row++) {
		let squares = 0;
		for (let at = row * numColumns, end = at + numColumns; at < end; at++)
			squares += values[at]! * values[at]!;
		const length = Math.sqrt(squares);
		if (Math.abs(length - 1) <= LENGTH_TOLERANCE) continue;
		throw new AppError(
			"INVALID_VECTOR",
			`Expected embeddings of length 1 but row ${row} has ${length.toPrecision(4)}.`,
			{
				hint: "In Python: array / numpy.linalg.norm(array, axis=1, keepdims=True).",
			},
		);
	}
}

function versionOf(said: string | undefined, asked: string | undefined): string {
	const version = said ?? asked;
	if (version === undefined) {
		throw new AppError("INVALID_ARGUMENT", "Expected to be told what made the embeddings.", {
			hint: 'Use --pipeline-version, e.g. "face-api-dlib-chip-3": a gallery answers only faces that the same embedded.',
		});
	}
	if (asked === undefined || asked === version) return version;
	throw new AppError(
		"PIPELINE_MISMATCH",
		`Expected embeddings of "${asked}" but the lines say that "${said}" made them.`,
	);
}
