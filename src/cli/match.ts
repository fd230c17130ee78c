/** `match PHOTO...`: the lookalikes of each photo, as a table or as JSON lines. */
import { type Command, Option } from "commander";
import { AppError } from "../errors.ts";
import type { Answer, AnsweredFace, Lookalike } from "../pipeline/answer.ts";
import {
	findLookalikes,
	type LookalikeOptions,
	type LookalikeTools,
	warmUpSearch,
} from "../pipeline/find-lookalikes.ts";
import { findFusedLookalikes } from "../pipeline/fuse-photos.ts";
import {
	addSettingFlags,
	type Openers,
	printable,
	type SettingFlags,
	settingsOf,
	wholeNumber,
} from "./command.ts";
import { toCsvLine } from "./photos/csv.ts";
import { describeFace } from "./photos/describe-face.ts";
import { answerEach, CSV_OPTION, JSON_OPTION, type OutputFlags, printFailure } from "./photos/each-photo.ts";
import { findPhotos, readPhoto } from "./photos/find-photos.ts";

const COLUMNS = ["photo", "face", "rank", "name", "resemblance", "words", "similarity", "error"];

interface MatchFlags extends SettingFlags, OutputFlags {
	readonly k: number;
	readonly exact?: true;
	readonly allFaces?: true;
	readonly fuse?: true;
}

export function addMatchCommand(program: Command, { openLookalikeTools }: Openers): void {
	addSettingFlags(program.command("match"))
		.description("find the people in the gallery who look most like the face in each photo")
		.argument("<photo...>", "photos, folders or patterns; - for the standard input")
		.option("-k, --k <n>", "people per face", wholeNumber(1), 7)
		.option("--exact", "show beside it what the index finds by itself, and how long both take")
		.option("--all-faces", "answer every face, not only the largest central one")
		.addOption(
			new Option("--fuse", "answer all photos as one: they show the same person").conflicts("allFaces"),
		)
		.addOption(JSON_OPTION)
		.addOption(CSV_OPTION)
		.action(async (names: string[], flags: MatchFlags) => {
			const photos = await findPhotos(names);
			const tools = await openLookalikeTools(settingsOf(flags));
			try {
				// so that the times compared are those of searches and not of compiling them
				if (flags.exact) await warmUpSearch(tools.gallery, tools.strangers);
				const options = {
					k: flags.k,
					exact: flags.exact ?? false,
					maxFaces: flags.allFaces ? Number.POSITIVE_INFINITY : 1,
				};
				const tell = (photo: string, answer: Answer) => print(photo, answer, flags);
				if (flags.fuse) {
					if (flags.csv) console.log(toCsvLine(COLUMNS));
					const tellFailure = (photo: string, error: unknown) => {
						if (!(error instanceof AppError)) throw error;
						printFailure(photo, error, flags, COLUMNS.length);
					};
					const answer = await fuse(photos, tools, options, tellFailure);
					if (answer) tell(photos.join(", "), answer);
					return;
				}
				const each = { label: "matching", flags, columns: COLUMNS };
				const find = async (photo: string) => findLookalikes(await readPhoto(photo), tools, options);
				await answerEach(photos, each, find, tell);
			} finally {
				await tools.engine.close();
			}
		});
}

/**
 * The one answer to all photos that can be read and have a face.
 * @param tellFailure told of each of the others
 * @returns undefined where there is no such photo
 */
async function fuse(
	photos: readonly string[],
	tools: LookalikeTools,
	options: LookalikeOptions,
	tellFailure: (photo: string, error: unknown) => void,
): Promise<Answer | undefined> {
	const readable: string[] = [];
	const files: Uint8Array[] = [];
	for (const photo of photos) {
		try {
			files.push(await readPhoto(photo));
			readable.push(photo);
		} catch (error) {
			tellFailure(photo, error);
		}
	}
	if (files.length === 0) return undefined;
	let numFailed = 0;
	const onFailure = (number: number, error: unknown) => {
		numFailed++;
		tellFailure(readable[number] as string, error);
	};
	try {
		return await findFusedLookalikes(files, tools, { ...options, onFailure });
	} catch (error) {
		// each photo was told of by itself
		if (numFailed === files.length) return undefined;
		throw error;
	}
}

function print(photo: string, answer: Answer, { json, csv }: OutputFlags): void {
	if (json) console.log(JSON.stringify(toJson(photo, answer)));
	else if (csv) for (const line of toCsv(photo, answer)) console.log(line);
	else console.log(toTable(photo, answer));
}

function toCsv(photo: string, { faces }: Answer): string[] {
	return faces.flatMap(({ matches }, face) =>
		matches.map(({ rank, person, resemblance, similarity }) =>
			toCsvLine([photo, face, rank, person.name, resemblance.score, resemblance.words, similarity, ""]),
		),
	);
}

function toTable(photo: string, { faces, timings, fused }: Answer): string {
	const totalMs = Object.values(timings).reduce((sum, ms) => sum + ms, 0);
	const blocks = faces.map((face, i) => {
		const title = printable(photo) + (faces.length > 1 ? `, face ${i + 1} of ${faces.length}` : "");
		const advice = face.quality.issues.map((issue) => `  Note: ${issue.advice}`);
		const weak = face.isWeak
			? ["  Nobody in the gallery looks much like this face; these are the nearest."]
			: [];
		return [title, ...advice, ...weak, ...face.matches.map(toRow), ...comparedRows(face)].join("\n");
	});
	const counted = fused ? `  ${fused.numUsed} of ${fused.numPhotos} photos counted\n` : "";
	return `${blocks.join("\n\n")}\n${counted}  (${totalMs.toFixed(0)} ms)\n`;
}

/** The exact search's answer and the index's own, side by side as people are: by rank. */
function comparedRows({ exact }: AnsweredFace): string[] {
	if (!exact) return [];
	const { matches, agreement, searchMs, lsh, indexName } = exact;
	const isFound = (found: readonly Lookalike[], { photo }: Lookalike) =>
		found.some((other) => other.photo.person === photo.person);
	const cell = (own: Lookalike | undefined, others: readonly Lookalike[]) => {
		if (!own) return "";
		return `${isFound(others, own) ? " " : "*"} ${own.similarity.toFixed(4)}  ${printable(own.person.name)}`;
	};
	const cells = matches.map((match, i) => [cell(match, lsh.matches), cell(lsh.matches[i], matches)] as const);
	const heads = [
		`  exact, ${searchMs.toFixed(2)} ms`,
		`  index (${indexName}), ${lsh.searchMs.toFixed(2)} ms`,
	] as const;
	const width = Math.max(heads[0].length, ...cells.map(([one]) => one.length)) + 2;
	const rows = cells.map(([one, other], i) => `${String(i + 1).padStart(3)}  ${one.padEnd(width)}${other}`);
	return [
		`\n  The two searches: ${agreement} of ${matches.length} people agree${agreement < matches.length ? " (* not found by the other)" : ""}`,
		`     ${heads[0].padEnd(width)}${heads[1]}`,
		...rows.map((row) => row.trimEnd()),
	];
}

function toRow({ rank, person, resemblance, similarity }: Lookalike): string {
	return `${String(rank).padStart(3)}  ${String(resemblance.score).padStart(3)}  ${resemblance.words.padEnd(18)}  ${similarity.toFixed(4)}  ${printable(person.name)}`;
}

function toJson(name: string, { photo, faces, timings, numUnanswered, fused }: Answer): unknown {
	return {
		photo: name,
		faces: faces.map(({ isWeak, matches, searchMs, exact, ...face }) => ({
			...describeFace(face, photo),
			isWeak,
			matches: matches.map(toPlainMatch),
			searchMs,
			...(exact && {
				exact: {
					...exact,
					matches: exact.matches.map(toPlainMatch),
					lsh: { ...exact.lsh, matches: exact.lsh.matches.map(toPlainMatch) },
				},
			}),
		})),
		numUnanswered,
		...(fused && { fused }),
		timings,
	};
}

function toPlainMatch({ rank, person, photo, similarity, photoSimilarity, resemblance }: Lookalike): unknown {
	return {
		rank,
		name: person.name,
		wikipedia: person.wikipedia,
		photo: photo.source,
		similarity,
		photoSimilarity,
		resemblance: resemblance.score,
		words: resemblance.words,
	};
}
