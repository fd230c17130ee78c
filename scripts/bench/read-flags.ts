import process from "node:process";
import { parseArgs } from "node:util";

type Flag = number | string | boolean;

/** A flag is of its default's kind. */
type Flags<Defaults> = {
	readonly [Name in keyof Defaults]: Defaults[Name] extends number
		? number
		: Defaults[Name] extends boolean
			? boolean
			: string;
};

/**
 * A bench's flags, e.g. `--size 5000 --report`. Ends the process with code 2 where a number is none, since a run whose seed is
 * NaN would look like any other.
 * @param defaults by name, e.g. `{ size: 50_000, set: "face-like", report: false }`
 */
export function readFlags<const Defaults extends Readonly<Record<string, Flag>>>(
	defaults: Defaults,
): Flags<Defaults> {
	const { values } = parseArgs({
		options: Object.fromEntries(
			Object.entries(defaults).map(([name, value]) => [
				name,
				typeof value === "boolean"
					? { type: "boolean" as const, default: value }
					: { type: "string" as const, default: String(value) },
			]),
		),
	});
	return Object.fromEntries(
		Object.entries(defaults).map(([name, value]) => [
			name,
			typeof value === "number" ? numberOf(name, values[name] as string) : values[name],
		]),
	) as Flags<Defaults>;
}

function numberOf(name: string, given: string): number {
	const number = Number(given);
	if (given.trim() !== "" && Number.isFinite(number)) return number;
	console.error(`Expected a number for --${name} but received "${given}".`);
	process.exit(2);
}
