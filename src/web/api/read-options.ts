/** From the words of forms and addresses to the values that a schema of options expects. */
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { queryOf } from "../request/query.ts";

const YES = ["true", "1", "on", "yes"];
const NO = ["false", "0", "off", "no", ""];
/** Decimal, as JSON writes them; neither hexadecimal nor Infinity. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Characters of a name or word, which may be as long as a photo. */
const MAX_SHOWN = 100;

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
	return parseShape(schema, Object.fromEntries(values), given);
}

/**
 * Checks options as they are in JSON.
 * @throws AppError INVALID_REQUEST with the first that is wrong
 */
export function parseOptions<Schema extends z.ZodObject>(schema: Schema, given: unknown): z.output<Schema> {
	return parseShape(schema, given, given);
}

/** @param asGiven the same options as whoever sent them wrote them, for messages */
function parseShape<Schema extends z.ZodObject>(
	schema: Schema,
	values: unknown,
	asGiven: unknown,
): z.output<Schema> {
	const parsed = schema.safeParse(values);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	if (!issue || (issue.code !== "unrecognized_keys" && issue.path.length === 0))
		throw new AppError("INVALID_REQUEST", `Expected an object with options but received ${kindOf(values)}.`, {
			hint: 'Send e.g. `{ "photo": "…", "k": 3 }`; the options and what they may be are listed at /docs.',
		});
	const name = String(issue.code === "unrecognized_keys" ? issue.keys[0] : issue.path[0]);
	const given = (asGiven as Readonly<Record<string, unknown>>)[name];
	throw new AppError(
		"INVALID_REQUEST",
		`Wrong option \`${shortened(name)}\`: ${complaint(issue, schema.shape[name], given)}.`,
		{
			hint: "The options and what they may be are listed at /docs.",
		},
	);
}

function complaint(issue: z.core.$ZodIssue, schema: unknown, given: unknown): string {
	if (issue.code === "unrecognized_keys") return "there is no such option";
	if (given === undefined) return "it is missing";
	// the schemas' own words
	if (issue.code === "invalid_format") return issue.message;
	return `expected ${describeWanted(schema as z.ZodType)} but received ${describeGiven(given)}`;
}

/** What an option may be, from its schema. */
function describeWanted(schema: z.ZodType): string {
	const wanted = z.toJSONSchema(withoutWrapping(schema) as z.ZodType, { io: "input" });
	if (wanted.enum) return wanted.enum.join(" or ");
	if (wanted.contentEncoding !== undefined) return "a photo in base64";
	if (wanted.anyOf) {
		const [, list] = wanted.anyOf as z.core.JSONSchema.Schema[];
		return `a photo in base64, or a list of 1 to ${list?.maxItems} of them`;
	}
	switch (wanted.type) {
		case "integer":
			return `a whole number from ${wanted.minimum} to ${wanted.maximum}`;
		case "number":
			return `a number above ${wanted.exclusiveMinimum} and at most ${wanted.maximum}`;
		case "boolean":
			return "true or false";
		case "array":
			return `a list of at most ${wanted.maxItems} texts of 1 to ${(wanted.items as z.core.JSONSchema.Schema).maxLength} characters`;
		default:
			return `a text of ${wanted.minLength ?? 0} to ${wanted.maxLength} characters`;
	}
}

function describeGiven(given: unknown): string {
	const [word, ...others] = Array.isArray(given) ? given : [given];
	if (others.length > 0) return "several";
	if (typeof word !== "string") return kindOf(given);
	return word.length > MAX_SHOWN ? `${word.length} characters` : JSON.stringify(word);
}

function shortened(name: string): string {
	return name.slice(0, MAX_SHOWN);
}

function kindOf(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "a list";
	return typeof value === "number"
		? String(value)
		: typeof value === "object"
			? "an object"
			: `a ${typeof value}`;
}

/** What stands behind the question mark of an address. */
export function optionsOfAddress(url: string): GivenOptions {
	const words = queryOf({ url });
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
	if (kind instanceof z.ZodNumber) return NUMBER.test(word.trim()) ? Number(word) : word;
	return word;
}

function withoutWrapping(schema: unknown): unknown {
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
		return withoutWrapping(schema.unwrap());
	return schema;
}
