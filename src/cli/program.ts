/** The whole command line as it is described and parsed. What the commands work with, and how they end, is cli.ts's. */
import { Command } from "commander";
import { VERSION } from "../config/config.ts";
import type { Openers } from "./command.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addEmbedCommand } from "./embed.ts";
import { addEvaluateCommand } from "./evaluate.ts";
import { addGalleryCommands } from "./gallery/gallery.ts";
import { addHelpCommands } from "./help/help-commands.ts";
import { addKeysCommands } from "./keys.ts";
import { addMatchCommand } from "./match.ts";
import { addModelsCommands } from "./models.ts";
import { addDetectCommand } from "./photos/detect.ts";
import { addReportCommand } from "./photos/report.ts";
import { addVerifyCommand } from "./photos/verify.ts";
import { addServeCommand } from "./serve.ts";

const EXIT_CODES = "0 done, 1 failed (also for some of the photos only), 2 wrong usage.";

/** @returns the program; what it is given wrongly it tells by a CommanderError and never ends the process */
export function createProgram(openers: Openers): Command {
	const program = new Command("celebrity-faces")
		.description("Which celebrity do I look like?")
		.version(VERSION)
		.exitOverride()
		.configureHelp({ showGlobalOptions: true });
	addMatchCommand(program, openers);
	addEmbedCommand(program, openers);
	addDetectCommand(program, openers);
	addVerifyCommand(program, openers);
	addReportCommand(program, openers);
	addGalleryCommands(program, openers);
	addEvaluateCommand(program);
	addModelsCommands(program);
	addKeysCommands(program);
	addDoctorCommand(program, openers);
	addServeCommand(program, openers);
	addHelpCommands(program, { version: VERSION, exitCodes: EXIT_CODES });
	return program.addHelpText("after", `\nExit codes: ${EXIT_CODES}`);
}
