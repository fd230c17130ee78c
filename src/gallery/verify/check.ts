/** One thing that `gallery verify` looks at, and what is wrong with it. */
import { AppError } from "../../errors.ts";

export interface Check {
	/** What was looked at, e.g. "index". */
	readonly name: string;
	/** What there is of it, in words; of a check that could not be made, why not. */
	readonly detail: string;
	/** Each in words; none if all is well. */
	readonly problems: readonly string[];
	/** Whether it could be made at all: e.g. no pictures can be looked for where the index can't be read. */
	readonly isMade: boolean;
}

/** Collects what is wrong while something is looked at. */
export class Problems {
	readonly all: string[] = [];

	/** Notes what is wrong, unless it is not. */
	expect(isRight: boolean, problem: () => string): void {
		if (!isRight) this.all.push(problem());
	}
}

/**
 * Looks at something. An expected failure is a problem like any other.
 * @param look notes problems and says what there is
 */
export async function check(
	name: string,
	look: (problems: Problems) => string | Promise<string>,
): Promise<Check> {
	const problems = new Problems();
	let detail = "";
	try {
		detail = await look(problems);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		problems.all.push(`${error.code}: ${error.message}`);
	}
	return { name, detail, problems: problems.all, isMade: true };
}

/** "1 photo", "2 photos". @param plural where it is not made with an s */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
	return `${number} ${number === 1 ? noun : plural}`;
}

export function notMade(name: string, reason: string): Check {
	return { name, detail: reason, problems: [], isMade: false };
}
