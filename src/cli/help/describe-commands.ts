/** All commands as plain data: what completions and the man page are made of, so that they say what `--help` says. */
import type { Command } from "commander";

export interface DescribedOption {
	/** E.g. "-k, --k <n>". */
	readonly flags: string;
	/** E.g. ["-k", "--k"]. */
	readonly names: readonly string[];
	readonly description: string;
	readonly choices: readonly string[];
}

export interface DescribedCommand {
	/** E.g. ["gallery", "build"]; empty for the program itself. */
	readonly path: readonly string[];
	readonly description: string;
	/** What follows the name, e.g. "[options] <photo...>". */
	readonly usage: string;
	readonly options: readonly DescribedOption[];
	readonly subcommands: readonly string[];
}

/** The program and all its commands, each before its own commands. */
export function describeCommands(command: Command, path: readonly string[] = []): DescribedCommand[] {
	const { options, commands } = command;
	const own: DescribedCommand = {
		path,
		description: command.description(),
		usage: command.usage(),
		options: options.map(({ flags, short, long, description, argChoices }) => ({
			flags,
			names: [short, long].flatMap((name) => name ?? []),
			description,
			choices: argChoices ?? [],
		})),
		subcommands: commands.map((sub) => sub.name()),
	};
	return [own, ...commands.flatMap((sub) => describeCommands(sub, [...path, sub.name()]))];
}
