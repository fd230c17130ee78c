/** `completion SHELL` and `man`: what the program says of itself, for shells and for the manual. */
import { Argument, type Command } from "commander";
import { completionFor, SHELLS, type Shell } from "./completions.ts";
import { describeCommands } from "./describe-commands.ts";
import { toManPage } from "./man-page.ts";

export interface HelpParts {
	readonly version: string;
	readonly exitCodes: string;
}

export function addHelpCommands(program: Command, parts: HelpParts): void {
	program
		.command("completion")
		.description(
			"print the completions of a shell, e.g. for ~/.bashrc: source <(celebrity-faces completion bash)",
		)
		.addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
		.action((shell: Shell) => {
			process.stdout.write(completionFor(shell, describeCommands(program)));
		});
	program
		.command("man")
		.description("print the manual page, e.g. celebrity-faces man | man -l -")
		.action(() => {
			process.stdout.write(toManPage(describeCommands(program), parts));
		});
}
