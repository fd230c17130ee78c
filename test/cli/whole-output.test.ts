import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { CLI_FILE } from "../helpers/processes/built-cli.ts";
import { runCli } from "../helpers/processes/run-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

it("fails, and says why, where its output does not fit into the file that it goes to", async () => {
	const file = path.join(await temporaryFolder(), "manual");
	// a file may not grow beyond a block or two, as on a disk that is full
	const script = 'ulimit -f 1; exec "$0" "$1" man >"$2"';
	const child = spawn("sh", ["-c", script, process.execPath, CLI_FILE, file], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
	expect([code, stderr]).toEqual([
		1,
		expect.stringContaining("DISK_FULL: Expected to write the standard output"),
	]);
	const whole = (await runCli(["man"])).stdout;
	const begun = await readFile(file, "utf8");
	expect(whole.length).toBeGreaterThan(2048);
	expect(whole.startsWith(begun)).toBe(true);
});

it("goes on where nobody reads what it says beside its output", async () => {
	const keys = path.join(await temporaryFolder(), "keys.json");
	const child = spawn(process.execPath, [CLI_FILE, "keys", "add", "shop"], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, API_KEYS_FILE: keys },
	});
	child.stderr.destroy();
	const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
	expect([code, stdout]).toEqual([0, expect.stringContaining("cf_")]);
});
