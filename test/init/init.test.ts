import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const run = promisify(execFile);
const SYSTEMD_ANALYZE = "/usr/bin/systemd-analyze";

/** Runs lines of bash that know init.sh's functions on ports. */
async function bash(script: string): Promise<string> {
	const { stdout } = await run("bash", ["-c", `set -euo pipefail; . scripts/init/ports.sh; ${script}`], {
		cwd: PROJECT_FOLDER,
	});
	return stdout.trim();
}

async function listenSomewhere(host: string): Promise<number> {
	const server = createServer().listen(0, host);
	onTestFinished(() => void server.close());
	await once(server, "listening");
	const address = server.address();
	return typeof address === "object" && address ? address.port : 0;
}

describe.skipIf(process.platform !== "linux")("init.sh", () => {
	it.each(["127.0.0.1", "0.0.0.0", "::"])(
		"names who has a port on %s, and knows whose it is",
		async (host) => {
			const port = await listenSomewhere(host);
			expect(await bash(`describe_listener ${port}`)).toContain(`process ${process.pid} (`);
			expect(await bash(`listens_on ${process.pid} ${port} && echo ours`)).toBe("ours");
			expect(await bash(`listens_on $$ ${port} || echo "another's"`)).toBe("another's");
		},
	);

	it("finds nobody on a free port", async () => {
		expect(await bash("describe_listener 1 || echo free")).toBe("free");
	});

	it("says that npm is still at it, while it is and no longer", async () => {
		const script = "npm() { sleep 3; }; say() { :; }; SIGN_SECONDS=1; run_npm ci; echo after; sleep 3";
		const { stdout } = await run("bash", ["-c", `set -euo pipefail; . scripts/init/packages.sh; ${script}`], {
			cwd: PROJECT_FOLDER,
		});
		expect(stdout).toMatch(/^( +still at it: \d+ s\n)+after\n$/);
	});

	it("waits while another one is at work in the same folder, and goes on after it", async () => {
		const folder = await temporaryFolder();
		const turn = path.join(PROJECT_FOLDER, "scripts", "init", "turn.sh");
		const begin = `set -euo pipefail; say() { echo "$@"; }; . ${turn}; take_turn`;
		const start = (script: string) => spawn("bash", ["-c", `${begin}; ${script}`], { cwd: folder });
		const first = start("echo begun; read -r; end_turn; read -r");
		onTestFinished(() => void first.kill());
		await once(first.stdout, "data");
		const second = start("echo begun");
		let said = "";
		second.stdout.on("data", (text) => {
			said += text;
		});
		await expect.poll(() => said).toBe("Waiting for another ./init.sh in this folder\n");
		first.stdin.write("\n");
		await once(second, "close");
		expect(said).toMatch(/folder\nbegun\n$/);
	});

	it.skipIf(existsSync("/run/systemd/system"))(
		"says that there is no systemd before it installs",
		async () => {
			const failed = run("./init.sh", ["service"], { cwd: PROJECT_FOLDER });
			await expect(failed).rejects.toMatchObject({
				stdout: "",
				stderr: "init.sh: Expected a machine that runs systemd but this one does not.\n",
			});
		},
	);

	it("has the allocator keep a service's memory as the launcher has it", async () => {
		const tunables = await readFile(path.join(PROJECT_FOLDER, "bin", "glibc-tunables.txt"), "utf8");
		const { stdout: unit } = await run("./init.sh", ["service", "--print"], { cwd: PROJECT_FOLDER });
		expect(unit.split(/\s+/)).toContain(`GLIBC_TUNABLES=${tunables.trim()}`);
	});

	it("lets the service go on where a decoding process is ended as memory runs out", async () => {
		const { stdout } = await run("./init.sh", ["service", "--print"], { cwd: PROJECT_FOLDER });
		expect(stdout.split("\n")).toContain("OOMPolicy=continue");
	});

	it.skipIf(!existsSync(SYSTEMD_ANALYZE))("prints a unit that systemd accepts", async () => {
		const { stdout } = await run("./init.sh", ["service", "--print"], { cwd: PROJECT_FOLDER });
		const unit = path.join(await temporaryFolder(), "celebrity-faces.service");
		await writeFile(unit, stdout);
		const { stderr } = await run(SYSTEMD_ANALYZE, ["verify", unit]);
		expect(stderr).toBe("");
	});
});
