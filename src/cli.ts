#!/usr/bin/env node
/** The command line: dispatches to cli/, and is the only place that says how a command ends. */
import { Command, CommanderError } from "commander";
import {
	addSettingFlags,
	describeFailure,
	EXIT,
	type Openers,
	type SettingFlags,
	settingsOf,
} from "./cli/command.ts";
import { addDoctorCommand } from "./cli/doctor.ts";
import { addEmbedCommand } from "./cli/embed.ts";
import { addEvaluateCommand } from "./cli/evaluate.ts";
import { addGalleryCommands } from "./cli/gallery/gallery.ts";
import { addHelpCommands } from "./cli/help/help-commands.ts";
import { addKeysCommands } from "./cli/keys.ts";
import { addMatchCommand } from "./cli/match.ts";
import { addModelsCommands } from "./cli/models.ts";
import { addDetectCommand } from "./cli/photos/detect.ts";
import { addReportCommand } from "./cli/photos/report.ts";
import { addVerifyCommand } from "./cli/photos/verify.ts";
import { isRunByNpm, readConfig, VERSION } from "./config.ts";
import { AppError } from "./errors.ts";
import { openGallery } from "./open-gallery.ts";
import { openFaceTools, openLookalikeTools } from "./open-tools.ts";
import { isOneOfSeveral, listenForStopOrder } from "./processes/answering-process.ts";
import { listenForStop } from "./stop-signals.ts";

// whoever reads the output has seen enough, as `head` does
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code !== "EPIPE") throw error;
	process.exit();
});

const tellOnStderr = (notice: string) => process.stderr.write(`${notice}\n`);
const openers: Openers = {
	openFaceTools: (settings) => openFaceTools(readConfig(settings), tellOnStderr),
	openLookalikeTools: (settings) => openLookalikeTools(readConfig(settings), tellOnStderr),
	openGallery: (settings) => openGallery(readConfig(settings)),
	renderReport: async (...report) =>
		// loaded only here, as no other command needs a page
		(await import("./web/report/render-report.ts")).renderReport(...report),
};

const EXIT_CODES = "0 done, 1 failed (also for some of the photos only), 2 wrong usage.";

interface ServeFlags extends SettingFlags {
	readonly port?: string;
	readonly host?: string;
	readonly contact?: string;
}

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
addSettingFlags(program.command("serve"))
	.description("start the web page")
	.option("--port <n>", "port to listen on (PORT, 2018)")
	.option("--host <address>", "address to listen on (HOST)")
	.option("--contact <address>", "for --gallery wikidata: how Wikimedia reaches you (WIKIMEDIA_CONTACT)")
	.action(async ({ port, host, contact, ...flags }: ServeFlags) => {
		const stop = isOneOfSeveral() ? listenForStopOrder() : listenForStop({ withParent: isRunByNpm() });
		// loaded only here, as no other command needs a web server
		const { serve } = await import("./server.ts");
		const settings = { ...settingsOf(flags), PORT: port, HOST: host, WIKIMEDIA_CONTACT: contact };
		await serve(readConfig(settings), stop);
	});
addHelpCommands(program, { version: VERSION, exitCodes: EXIT_CODES });
program.addHelpText("after", `\nExit codes: ${EXIT_CODES}`);

try {
	await program.parseAsync();
} catch (error) {
	if (error instanceof CommanderError) {
		process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
	} else {
		process.stderr.write(`${describeFailure(error)}\n`);
		process.exitCode =
			error instanceof AppError && error.code === "SHUTTING_DOWN" ? EXIT.interrupted : EXIT.failed;
		// the channel to the first process would keep it
		if (isOneOfSeveral()) process.exit();
	}
}
