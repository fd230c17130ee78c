/** Who may be in a gallery, as flags: for all commands that make one. */
import type { Command } from "commander";
import { DENY_LIST } from "../../config/config.ts";
import { denyListOf } from "../../gallery/gallery-store.ts";
import { type DenyEntry, DenyList, readDenyEntries } from "../../gallery/people/deny-list.ts";
import type { PeopleRules } from "../../gallery/people/people-rules.ts";
import { wholeNumber } from "../command.ts";

export interface RuleFlags {
	readonly deny?: readonly string[];
	/** False for --no-deny-list. */
	readonly denyList: boolean;
	readonly leastFame?: number;
}

export function addRuleFlags(command: Command): Command {
	return command
		.option("--least-fame <n>", "only people with at least this fame, 0 to 3", wholeNumber(0, 3))
		.option("--deny <csv...>", "further lists of who must not be in it: name,wikipedia,wikidata,reason")
		.option("--no-deny-list", "do without the program's own list of who must not be in it");
}

/**
 * Who may be in the gallery: the program's deny list, the gallery's own beside it, and what the flags say.
 * @throws AppError as readDenyEntries
 */
export async function readRules(
	gallery: string,
	flags: RuleFlags,
	further: readonly DenyEntry[] = [],
): Promise<PeopleRules> {
	const entries = await Promise.all([
		flags.denyList ? readDenyEntries(DENY_LIST) : [],
		readDenyEntries(denyListOf(gallery), { isOptional: true }),
		...(flags.deny ?? []).map((file) => readDenyEntries(file)),
	]);
	return {
		denied: new DenyList([...entries.flat(), ...further]),
		...(flags.leastFame !== undefined && { leastFame: flags.leastFame }),
	};
}
