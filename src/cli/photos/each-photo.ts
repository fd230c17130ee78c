/** What all commands on photos share: answers in the order of the photos, failures told and passed over, how far it is. */
import { Option } from "commander";
import { AppError } from "../../errors.ts";
import { Pipeline } from "../../pipeline/pipeline.ts";
import { describeFailure, EXIT, printable } from "../command.ts";
import { Progress } from "../progress.ts";
import { toCsvLine } from "./csv.ts";

/** How the answers are printed; as text without either. */
export interface OutputFlags {
	readonly json?: true;
	readonly csv?: true;
}

export const JSON_OPTION = new Option("--json", "print one JSON object per line, with the photo as `photo`");
export const CSV_OPTION = new Option("--csv", "print comma-separated values with a heading").conflicts(
	"json",
);

/** So many photos and more show how far they are. */
const MANY = 5;
/** Photos under way: one is decoded while the nets are busy with another. */
const CONCURRENCY = 2;

/**
 * Works on the photos, two at a time, and prints their answers in the photos' order.
 * @param label what the progress calls it, e.g. "matching"
 * @param columns of the CSV, the first of them the photo's, the last the error's code
 * @param find finds the answer to one
 * @param tell prints it
 */
export async function answerEach<Answer>(
	photos: readonly string[],
	{ label, flags, columns }: EachOptions,
	find: (photo: string) => Promise<Answer>,
	tell: (photo: string, answer: Answer) => void,
): Promise<void> {
	const progress = photos.length >= MANY ? new Progress(label) : undefined;
	if (flags.csv) console.log(toCsvLine(columns));
	let numAnswered = 0;
	const answers = Pipeline.from(photos).step("answer", find, { concurrency: CONCURRENCY });
	for await (const outcome of answers.outcomes()) {
		if (outcome.ok) tell(outcome.input, outcome.value);
		else if (outcome.error instanceof AppError)
			printFailure(outcome.input, outcome.error, flags, columns.length);
		else throw outcome.error;
		progress?.update(++numAnswered, photos.length);
	}
	progress?.end();
}

interface EachOptions {
	readonly label: string;
	readonly flags: OutputFlags;
	readonly columns: readonly string[];
}

/** Tells why a photo was not answered, as one of a command's answers; the command has then failed. */
export function printFailure(
	photo: string,
	error: AppError,
	{ json, csv }: OutputFlags,
	numColumns: number,
): void {
	process.exitCode = EXIT.failed;
	const { code, message } = error;
	if (json) console.log(JSON.stringify({ photo, error: { code, message } }));
	else if (csv) console.log(toCsvLine([photo, ...Array<string>(numColumns - 2).fill(""), code]));
	else console.error(`${printable(photo)}: ${describeFailure(error)}`);
}
