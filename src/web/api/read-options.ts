/** From the words of forms and addresses to the values that a schema of options expects. */
import { z } from "zod";
import { AppError } from "../../errors.ts";

const YES = ["true", "1", "on", "yes"];
const NO = ["false", "0", "off", "no", ""];
/** Of a name that may be as long as a photo. */
const MAX_SHOWN_NAME = 100;

/** Options by their names; a name that came more than once has all its words. */
export type GivenOptions = Readonly<Record<string, readonly string[]>>;

/**
 * Checks options that came as words.
 * @throws AppError INVALID_REQUEST with the first that is wrong
 */
export function parseWords<Schema extends z.ZodObject>(
	schema: Schema,
	given: GivenOptions,
): z.output<Schema> {
	const values = Object.entries(given).map(([name, words]) => [name, toValue(schema.shape[name], words)]);
	return parseOptions(schema, Object.fromEntries(values));
}

/**
 * Checks options as they are in JSON.
 * @throws AppError INVALID_REQUEST with the first that is wrong
 */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
	const parsed = schema.safeParse(given);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	if (issue?.code !== "unrecognized_keys" && issue?.path.length === 0)
		throw new AppError("INVALID_REQUEST", `Expected an object with options but received ${kindOf(given)}.`, {
			hint: 'Send e.g. `{ "photo": "…", "k": 3 }`; the options and what they may be are listed at /docs.',
		});
	const name = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
	const message = issue?.code === "unrecognized_keys" ? "there is no such option" : issue?.message;
	const shownName = name?.slice(0, MAX_SHOWN_NAME);
	throw new AppError("INVALID_REQUEST", `Wrong option \`${shownName}\`: ${message}.`, {
		hint: "The options and what they may be are listed at /docs.",
	});
}

function kindOf(value: unknown): string {
	if (value === null) return "null";
	return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** What stands behind the question mark of an address. */
export function optionsOfAddress(url: string): GivenOptions {
	const [, search = ""] = url.split("?", 2);
	const words = new URLSearchParams(search);
	return Object.fromEntries([...new Set(words.keys())].map((name) => [name, words.getAll(name)]));
}

/** Words that fit no kind stay words: the schema then says what it expected. */
function toValue(schema: unknown, words: readonly string[]): unknown {
	const kind = withoutWrapping(schema);
	if (kind instanceof z.ZodArray) {
		return words.flatMap((word) => word.split(",")).flatMap((word) => word.trim() || []);
	}
	const [word = ""] = words;
	if (words.length > 1) return words;
	if (kind instanceof z.ZodBoolean) return YES.includes(word) ? true : NO.includes(word) ? false : word;
	if (kind instanceof z.ZodNumber)
		return word.trim() === "" || Number.isNaN(Number(word)) ? word : Number(word);
	return word;
}

function withoutWrapping(schema: unknown): unknown {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
		return withoutWrapping(schema.unwrap());
	return schema;
}
