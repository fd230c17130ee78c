// Starts the program, and says in a sentence what is missing where it can't be started at all.
"use strict";
import("../dist/cli.js").catch((error) => {
	process.exitCode = 1;
	if (/Could not load the "sharp" module/.test(error.message)) {
		console.error(
			`celebrity-faces reads photos with sharp, whose library for ${process.platform}-${process.arch} is not installed. It is one of npm's optional packages: install again without --omit=optional.`,
		);
	} else if (
		error.code === "ERR_MODULE_NOT_FOUND" &&
		error.message.includes(`dist${require("node:path").sep}cli.js'`)
	) {
		console.error("celebrity-faces is not built yet: npm ci && npm run build");
	} else {
		console.error(error);
	}
});
