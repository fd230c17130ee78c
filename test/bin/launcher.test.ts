import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const LAUNCHER = path.join(PROJECT_FOLDER, "bin", "celebrity-faces.cjs");

interface Ended {
	readonly code: number;
	readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
	return promisify(execFile)(process.execPath, args).then(
		({ stderr }) => ({ code: 0, stderr }),
		({ code, stderr }: Ended) => ({ code, stderr }),
	);
}

/** The launcher with a program of its own behind it. */
async function launch(program: string | undefined): Promise<Ended> {
	const folder = await temporaryFolder();
	await Promise.all(["bin", "dist"].map((name) => mkdir(path.join(folder, name))));
	await copyFile(path.join(PROJECT_FOLDER, "package.json"), path.join(folder, "package.json"));
	for (const name of ["celebrity-faces.cjs", "start.cjs", "glibc-tunables.txt"])
		await copyFile(path.join(PROJECT_FOLDER, "bin", name), path.join(folder, "bin", name));
	if (program !== undefined) await writeFile(path.join(folder, "dist", "cli.js"), program);
	return run(path.join(folder, "bin", "celebrity-faces.cjs"));
}

describe("the launcher", () => {
	it.each(["8.17.0", "18.20.4", "20.18.3"])("says which Node is needed on Node %s", async (version) => {
		const old = `Object.defineProperty(process.versions, "node", { value: "${version}" }); require(process.argv[1])`;
		expect(await run("-e", old, LAUNCHER)).toEqual({
			code: 1,
			stderr: `celebrity-faces needs Node 20.19 or newer but this is Node ${version}.\n`,
		});
	});

	it("is written so that an old Node can read it", async () => {
		expect(await readFile(LAUNCHER, "utf8")).not.toMatch(/=>|`|\b(const|let|class|async|import)\b|\?\./);
	});

	it("starts the program, and leaves its exit code alone", async () => {
		expect(await launch("process.exitCode = 3")).toEqual({ code: 3, stderr: "" });
	});

	it("says in a sentence that the program is not built, or that sharp's library is missing", async () => {
		const unbuilt = await launch(undefined);
		expect(unbuilt).toEqual({
			code: 1,
			stderr: "celebrity-faces is not built yet: npm ci && npm run build\n",
		});
		const without = await launch(`throw new Error('Could not load the "sharp" module using the x runtime')`);
		expect(without.stderr).toMatch(/^celebrity-faces reads photos with sharp.*--omit=optional\.\n$/);
	});

	it.skipIf(process.platform !== "linux")(
		"begins a server anew with the allocator's settings, unless it has some, and nothing else",
		async () => {
			const tunables = (await readFile(path.join(LAUNCHER, "..", "glibc-tunables.txt"), "utf8")).trim();
			const begun = async (args: readonly string[], own = "") => {
				const script = `${own} process.execve = (...given) => { console.error(JSON.stringify(given)); process.exit(); }; require(process.argv[1])`;
				const { stderr } = await run("-e", script, LAUNCHER, ...args);
				return stderr.startsWith("[")
					? (JSON.parse(stderr) as [string, string[], NodeJS.ProcessEnv])
					: undefined;
			};
			const without = "delete process.env.GLIBC_TUNABLES;";
			const [file, args, environment] = (await begun(["serve", "--port", "0"], without)) ?? [];
			expect([file, args?.slice(-3), environment?.GLIBC_TUNABLES]).toEqual([
				process.execPath,
				["serve", "--port", "0"],
				tunables,
			]);
			expect(environment?.PATH).toBe(process.env.PATH);
			expect(await begun(["serve", "--help"], "process.env.GLIBC_TUNABLES = 'x';")).toBeUndefined();
			expect(await begun(["--version"], without)).toBeUndefined();
		},
	);

	it("shows any other failure as it is", async () => {
		expect((await launch(`import "./missing.js"`)).stderr).toContain("ERR_MODULE_NOT_FOUND");
	});
});
