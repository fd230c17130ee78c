#!/usr/bin/env node
/** The command line: hands cli/ what it works with, and is the only place that ends the process. */
import { setFlagsFromString } from "node:v8";
import { tellFailure } from "./cli/command.ts";
import { createProgram } from "./cli/program.ts";
import { expectWholeOutput } from "./cli/whole-output.ts";
import { isRunByNpm, readConfig } from "./config/config.ts";
import { openGallery } from "./open-gallery.ts";
import { openFaceTools, openLookalikeTools } from "./open-tools.ts";
import { isOneOfSeveral, listenForStopOrder } from "./processes/answering-process.ts";
import { listenForStop } from "./stop-signals.ts";

// pixels count as heap: beside a heap as small as this one, V8 collected all of it once a photo, for a fifth of two cores
setFlagsFromString("--heap-growing-percent=200");
expectWholeOutput();

let isServer = false;
const tellOnStderr = (notice: string) => process.stderr.write(`${notice}\n`);
const program = createProgram({
	openFaceTools: (settings) => openFaceTools(readConfig(settings), tellOnStderr),
	openLookalikeTools: (settings) => openLookalikeTools(readConfig(settings), tellOnStderr),
	openGallery: (settings) => openGallery(readConfig(settings)),
	openReport: async (language) =>
		// loaded only here, as no other command needs a page
		(await import("./web/report/render-report.ts")).openReport(language),
	serve: async (settings) => {
		isServer = true;
		const stop = isOneOfSeveral() ? listenForStopOrder() : listenForStop({ withParent: isRunByNpm() });
		// loaded only here, as no other command needs a web server
		const { serve } = await import("./server.ts");
		await serve(readConfig(settings), stop);
	},
});

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = tellFailure(error);
	// what it has opened by then would keep it, as would the channel to the first process of several
	if (isServer) process.exit();
}
