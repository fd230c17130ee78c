/** What all commands on photos share: one after the other, failures told and passed over, how far it is. */
import { Option } from "commander";
import { AppError } from "../../errors.ts";
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

/**
 * Works on each photo.
 * @param label what the progress calls it, e.g. "matching"
 * @param columns of the CSV, the first of them the photo's, the last the error's code
 * @param answer prints the answer to one
 */
export async function answerEach(
	photos: readonly string[],
	{ label, flags, columns }: EachOptions,
	answer: (photo: string) => Promise<void>,
): Promise<void> {
	const progress = photos.length >= MANY ? new Progress(label) : undefined;
	if (flags.csv) console.log(toCsvLine(columns));
	for (const [i, photo] of photos.entries()) {
		try {
			await answer(photo);
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			printFailure(photo, error, flags, columns.length);
		}
		progress?.update(i + 1, photos.length);
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
