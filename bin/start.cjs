// Starts the program, and says in a sentence what is missing where it can't be started at all.
"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");

// Linux's allocator reads how it is to keep memory (scripts/init/memory.sh) when a process begins: a server begins anew
// with that, as the same process, where Node can do so (from 22.15 on).
const { argv, env, execArgv, execPath, platform } = process;
if (argv[2] === "serve" && platform === "linux" && process.execve && env.GLIBC_TUNABLES === undefined) {
	const GLIBC_TUNABLES = readFileSync(path.join(__dirname, "glibc-tunables.txt"), "utf8").trim();
	process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, GLIBC_TUNABLES });
}

import("../dist/cli.js").catch((error) => {
	process.exitCode = 1;
	if (/Could not load the "sharp" module/.test(error.message)) {
		console.error(
			`celebrity-faces reads photos with sharp, whose library for ${process.platform}-${process.arch} is not installed. It is one of npm's optional packages: install again without --omit=optional.`,
		);
	} else if (error.code === "ERR_MODULE_NOT_FOUND" && error.message.includes(`dist${path.sep}cli.js'`)) {
		console.error("celebrity-faces is not built yet: npm ci && npm run build");
	} else {
		console.error(error);
	}
});
