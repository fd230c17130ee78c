import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { withFileLock } from "../../src/files/file-lock.ts";
import { Random } from "../../src/search/random.ts";
import { builtModule } from "../helpers/processes/built-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

function startWriter(file: string, name: string, count: number, thinkMs: number): ChildProcess {
	const writer = path.join(import.meta.dirname, "..", "helpers", "processes", "list-writer.js");
	return fork(writer, [builtModule("files/file-lock"), file, name, `${count}`, `${thinkMs}`]);
}

/** The lines a writer says it has written. */
function linesOf(writer: ChildProcess): string[] {
	const lines: string[] = [];
	writer.on("message", (line: string) => lines.push(line));
	return lines;
}

async function listIn(file: string): Promise<string[]> {
	return (await readFile(file, "utf8")).trimEnd().split("\n");
}

describe("withFileLock", () => {
	it("loses nothing of three processes that each change the file 20 times", async () => {
		const file = path.join(await temporaryFolder(), "list");
		const writers = ["a", "b", "c"].map((name) => startWriter(file, name, 20, 1));
		const codes = await Promise.all(writers.map((writer) => once(writer, "exit").then(([code]) => code)));
		expect(codes).toEqual([0, 0, 0]);
		const expected = ["a", "b", "c"].flatMap((name) => Array.from({ length: 20 }, (_, i) => `${name} ${i}`));
		expect((await listIn(file)).sort()).toEqual(expected.sort());
		expect(await readdir(path.dirname(file))).toEqual(["list"]);
	});

	it("waits as long as it says, whatever the clock is set to meanwhile", async () => {
		const file = path.join(await temporaryFolder(), "list");
		vi.useFakeTimers({ toFake: ["Date"] });
		// once after each look at the lock
		const looks = vi.spyOn(Math, "random");
		let isChanged = false;
		const changes = await withFileLock(file, { purpose: "first" }, async () => {
			const waits = vi.fn();
			const second = withFileLock(file, { purpose: "second", onWait: waits }, async () => isChanged);
			await vi.waitFor(() => expect(waits).toHaveBeenCalled());
			vi.setSystemTime(Date.now() + 86_400_000);
			looks.mockClear();
			await Promise.race([
				second,
				vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(1), 60_000),
			]);
			isChanged = true;
			return { second };
		}).finally(() => {
			vi.useRealTimers();
			looks.mockRestore();
		});
		expect(await changes.second).toBe(true);
	});

	it("loses nothing that was said to be written when two writers are killed, 24 times, and leaves nothing", async () => {
		const file = path.join(await temporaryFolder(), "list");
		const random = new Random(13);
		const promised: string[] = [];
		for (let round = 0; round < 12; round++) {
			const writers = ["a", "b"].map((name) => startWriter(file, `${round}${name}`, 1000, 0));
			const said = writers.map(linesOf);
			const exits = Promise.all(writers.map((writer) => once(writer, "exit")));
			await Promise.all(writers.map((writer) => once(writer, "message")));
			for (const writer of writers) {
				await sleep(random.uniform() * 40);
				writer.kill("SIGKILL");
			}
			await exits;
			promised.push(...said.flat());
		}
		expect(promised.length).toBeGreaterThan(24);
		// what the killed left behind is in nobody's way, and goes
		await withFileLock(file, { purpose: "test", patienceMs: 0 }, async () => {});
		const list = await listIn(file);
		expect(new Set(list)).toEqual(new Set([...list, ...promised]));
		expect(new Set(list).size).toBe(list.length);
		expect(await readdir(path.dirname(file))).toEqual(["list"]);
	});

	it("names who holds it, since when and for what", async () => {
		const file = path.join(await temporaryFolder(), "list");
		const told: string[] = [];
		await withFileLock(file, { purpose: "gallery add" }, async () => {
			const second = withFileLock(
				file,
				{ purpose: "x", patienceMs: 50, onWait: (holder) => told.push(holder) },
				async () => {},
			);
			await expect(second).rejects.toMatchObject({
				code: "FILE_IN_USE",
				message: expect.stringMatching(/process \d+ \(gallery add, for \d+ s\) is changing it/),
			});
			expect(told).toEqual([expect.stringContaining(`process ${process.pid}`)]);
		});
		expect(await readdir(path.dirname(file))).toEqual([]);
	});

	it("waits for another machine's lock as long as that gives signs of life, and no longer", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "list");
		const foreign = path.join(folder, ".list.1-1-00000000.00000000.lock");
		await writeFile(foreign, `${new Date().toISOString()} gallery add`);
		const lock = () => withFileLock(file, { purpose: "test", patienceMs: 0 }, async () => "done");
		await expect(lock()).rejects.toMatchObject({ code: "FILE_IN_USE" });
		const longAgo = new Date(Date.now() - 300_000);
		await utimes(foreign, longAgo, longAgo);
		await expect(lock()).resolves.toBe("done");
		expect(await readdir(folder)).toEqual([]);
	});

	it("takes over from an earlier process whose id another has now", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "list");
		await withFileLock(file, { purpose: "test" }, async () => {
			const [own = ""] = await readdir(folder);
			await writeFile(path.join(folder, own.replace(/-\d+-/, "-1-")), "then gallery add");
		});
		expect(await readdir(folder)).toHaveLength(1);
		await withFileLock(file, { purpose: "test", patienceMs: 0 }, async () => {});
		expect(await readdir(folder)).toEqual([]);
	});

	it("writes nothing if somebody changed the file without asking, or took the lock away", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "list");
		await writeFile(file, "old");
		await withFileLock(file, { purpose: "test" }, async (locked) => {
			await writeFile(file, "from outside");
			await expect(locked.replace(Buffer.from("new"))).rejects.toMatchObject({ code: "FILE_CHANGED" });
		});
		expect(await readFile(file, "utf8")).toBe("from outside");
		expect(await readdir(folder)).toEqual(["list"]);
	});

	it("locks the file that a link leads to, whichever of its names is used", async () => {
		const folder = await temporaryFolder();
		await symlink("list", path.join(folder, "link"));
		await withFileLock(path.join(folder, "link"), { purpose: "test" }, async (locked) => {
			await expect(
				withFileLock(path.join(folder, "list"), { purpose: "x", patienceMs: 0 }, async () => {}),
			).rejects.toMatchObject({ code: "FILE_IN_USE" });
			await locked.replace(Buffer.from("new"));
		});
		expect(await readFile(path.join(folder, "list"), "utf8")).toBe("new");
		expect((await readdir(folder)).sort()).toEqual(["link", "list"]);
	});
});
