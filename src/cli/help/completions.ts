/** Scripts by which bash, zsh and fish complete commands and options; everything else is completed as a file. */
import type { DescribedCommand } from "./describe-commands.ts";

const NAME = "celebrity-faces";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export function completionFor(shell: Shell, commands: readonly DescribedCommand[]): string {
	if (shell === "fish") return forFish(commands);
	// zsh runs bash's completions itself
	const start = shell === "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
	return start + forBash(commands);
}

function forBash(commands: readonly DescribedCommand[]): string {
	const cases = commands.map(({ path, options, subcommands }) => {
		const words = [...subcommands, ...options.map(({ names }) => names.at(-1)), "--help"];
		return `\t\t"${path.join(" ")}") words="${words.join(" ")}" ;;`;
	});
	const known = `|${commands.map(({ path }) => path.join(" ")).join("|")}|`;
	// as zsh understands it too: it keeps $PATH in a variable called path, and has arrays and slices of its own
	return `_celebrity_faces() {
	local known="${known}" command="" word next words
	for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
		next="\${command:+$command }$word"
		[[ "$known" == *"|$next|"* ]] && command="$next"
	done
	case "$command" in
${cases.join("\n")}
	esac
	COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _celebrity_faces ${NAME}
`;
}

function forFish(commands: readonly DescribedCommand[]): string {
	const lines = commands.flatMap(({ path, options, subcommands }) => {
		const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
		const none = subcommands.length > 0 ? [`not __fish_seen_subcommand_from ${subcommands.join(" ")}`] : [];
		const condition = `-n '${[...seen, ...none].join("; and ") || "true"}'`;
		return [
			...subcommands.map((sub) => {
				const about = commands.find((other) => other.path.join(" ") === [...path, sub].join(" "));
				return `complete -c ${NAME} -f ${condition} -a ${sub} -d '${quoted(about?.description ?? "")}'`;
			}),
			...options.map(({ names, description, flags }) => {
				const long = names.at(-1)?.replace(/^--/, "");
				const takesValue = /[<[]/.test(flags) ? " -r" : "";
				return `complete -c ${NAME} ${condition} -l ${long}${takesValue} -d '${quoted(description)}'`;
			}),
		];
	});
	return `${lines.join("\n")}\n`;
}

function quoted(text: string): string {
	return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}
