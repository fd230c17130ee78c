import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { CLI_FILE } from "../helpers/processes/built-cli.ts";
import { isAlive } from "../helpers/processes/processes.ts";

/** Starts the server as npx does, and hands on what it says. */
const LAUNCHER = `
	const { spawn } = require("node:child_process");
	const server = spawn(process.execPath, [process.argv[1], "serve"], { stdio: "inherit" });
	console.log("pid " + server.pid);
`;

it("the server ends with the npx that started it, even where that is killed", async () => {
	const launcher = spawn(process.execPath, ["-e", LAUNCHER, CLI_FILE], {
		env: { ...process.env, npm_command: "exec", PORT: "0", HOST: "127.0.0.1" },
	});
	let output = "";
	await new Promise<void>((resolve) => {
		launcher.stdout.on("data", (text) => {
			output += text;
			if (output.includes("Listening on")) resolve();
		});
	});
	const pid = Number(/pid (\d+)/.exec(output)?.[1]);
	launcher.kill("SIGKILL");
	await once(launcher, "exit");
	await expect.poll(() => isAlive(pid), { timeout: 120_000 }).toBe(false);
});
