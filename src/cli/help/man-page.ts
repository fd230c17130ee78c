/** The manual page, in the macros of man(7). */
import type { DescribedCommand } from "./describe-commands.ts";

const NAME = "celebrity-faces";

/** @param version of the program */
export function toManPage(
	commands: readonly DescribedCommand[],
	{ version, exitCodes }: { readonly version: string; readonly exitCodes: string },
): string {
	const [program, ...others] = commands;
	const blocks = others.flatMap(({ path, usage, description, options }) => [
		`.SS ${escaped([NAME, ...path, usage].join(" "))}`,
		escaped(`${capital(description)}.`),
		...options.flatMap((option) => [".TP", `.B ${escaped(option.flags)}`, escaped(option.description)]),
	]);
	return `${[
		`.TH CELEBRITY-FACES 1 "" "${NAME} ${version}"`,
		".SH NAME",
		escaped(`${NAME} - ${program?.description ?? ""}`),
		".SH SYNOPSIS",
		`.B ${escaped(NAME)}`,
		escaped("<command> [options]"),
		".SH COMMANDS",
		...blocks,
		".SH EXIT STATUS",
		escaped(exitCodes),
	].join("\n")}\n`;
}

/** Hyphens are minus signs to be copied, and no line begins with a macro by chance. */
function escaped(text: string): string {
	return text
		.replaceAll("\\", "\\e")
		.replaceAll("-", "\\-")
		.replaceAll(/^([.'])/gm, "\\&$1");
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
