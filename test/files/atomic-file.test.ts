import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../src/files/atomic-file.ts";
import { builtModule } from "../helpers/processes/built-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const ENDLESS_WRITER = [
	path.join(import.meta.dirname, "..", "helpers", "processes", "endless-writer.js"),
	builtModule("files/atomic-file"),
] as const;

function startEndlessWriter(file: string): ChildProcess {
	const [script, module] = ENDLESS_WRITER;
	return fork(script, [module, file]);
}

describe("writeFileAtomically", () => {
	it("replaces a file, makes its folder, and leaves nothing beside it", async () => {
		const file = path.join(await temporaryFolder(), "new", "a.bin");
		await writeFileAtomically(file, Buffer.from("old"));
		await writeFileAtomically(file, Buffer.from("new"));
		expect(await readFile(file, "utf8")).toBe("new");
		expect(await readdir(path.dirname(file))).toEqual(["a.bin"]);
	});

	it("leaves the old file and no other where it can't write", async () => {
		const folder = await temporaryFolder();
		await mkdir(path.join(folder, "target"));
		await writeFile(path.join(folder, "target", "inside"), "x");
		// a folder can't be replaced by a file, whoever runs the test
		await expect(writeFileAtomically(path.join(folder, "target"), Buffer.from("x"))).rejects.toMatchObject({
			code: "FILE_NOT_WRITABLE",
		});
		expect(await readdir(folder)).toEqual(["target"]);
	});

	it("keeps the file's mode, and a link a link", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "a.bin");
		await writeFile(file, "old", { mode: 0o640 });
		await symlink("a.bin", path.join(folder, "link"));
		await writeFileAtomically(path.join(folder, "link"), Buffer.from("new"));
		expect(await readlink(path.join(folder, "link"))).toBe("a.bin");
		expect(await readFile(file, "utf8")).toBe("new");
		expect((await stat(file)).mode & 0o777).toBe(0o640);
	});

	it("makes the file that a link leads to", async () => {
		const folder = await temporaryFolder();
		await symlink("a.bin", path.join(folder, "link"));
		await writeFileAtomically(path.join(folder, "link"), Buffer.from("new"));
		expect(await readFile(path.join(folder, "a.bin"), "utf8")).toBe("new");
	});

	it("writes to a pipe, which stays one", async () => {
		const folder = await temporaryFolder();
		const pipe = path.join(folder, "pipe");
		await promisify(execFile)("mkfifo", [pipe]);
		const [, text] = await Promise.all([
			writeFileAtomically(pipe, Buffer.from("a"), Buffer.from("b")),
			readFile(pipe, "utf8"),
		]);
		expect(text).toBe("ab");
		expect((await stat(pipe)).isFIFO()).toBe(true);
		expect(await readdir(folder)).toEqual(["pipe"]);
	});

	it.skipIf(process.getuid?.() !== 0)("keeps the owner, where the user may give files away", async () => {
		const file = path.join(await temporaryFolder(), "a.bin");
		await writeFile(file, "old");
		await chown(file, 1234, 2345);
		await writeFileAtomically(file, Buffer.from("new"));
		expect(await stat(file)).toMatchObject({ uid: 1234, gid: 2345 });
	});

	it("says that there is no room, and keeps the old file", async () => {
		const file = path.join(await temporaryFolder(), "a.bin");
		await writeFile(file, "old");
		// a limit of 64 KB for the file of 4 MB: the kernel's answer is that of a full disk, but for the number
		const { stderr } = await promisify(execFile)("bash", [
			"-c",
			`trap '' XFSZ; ulimit -f 64; exec "$0" "$@" || true`,
			process.execPath,
			...ENDLESS_WRITER,
			file,
		]).catch((error: { stderr: string }) => error);
		expect(stderr).toContain("DISK_FULL");
		expect(await readFile(file, "utf8")).toBe("old");
		expect(await readdir(path.dirname(file))).toEqual(["a.bin"]);
	});

	it("removes what a killed writer left beside the file, and nothing else", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "a.bin");
		const writer = startEndlessWriter(file);
		await once(writer, "message");
		let leftovers: string[] = [];
		while (leftovers.length === 0) {
			leftovers = (await readdir(folder)).filter((name) => name.endsWith(".tmp"));
		}
		const exit = once(writer, "exit");
		writer.kill("SIGKILL");
		await exit;
		// it may have been renamed before the kill
		await writeFile(path.join(folder, leftovers[0] as string), "somebody who was removed");
		await writeFile(path.join(folder, "a.bin.tmp"), "of somebody else");
		await writeFileAtomically(file, Buffer.from("new"));
		expect((await readdir(folder)).sort()).toEqual(["a.bin", "a.bin.tmp"]);
	});

	it("leaves a whole file, old or new, when the process is killed at any time", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "a.bin");
		await writeFile(file, Buffer.alloc(4_000_000, 1));
		const kinds = new Set<number>();
		// however long a write takes, some kills come after one; a busy machine needs longer delays for it
		const delays = Array.from({ length: 10 }, (_, i) => i * 6);
		for (const delayMs of delays) {
			const writer = startEndlessWriter(file);
			await once(writer, "message");
			await new Promise((resolve) => setTimeout(resolve, delayMs));
			writer.kill("SIGKILL");
			await once(writer, "exit");
			const bytes = await readFile(file);
			expect(bytes.length).toBe(4_000_000);
			const [first] = bytes;
			expect(bytes.every((byte) => byte === first)).toBe(true);
			kinds.add(first as number);
			if (delayMs === delays.at(-1) && kinds.size === 1) delays.push(delayMs * 2);
		}
		expect(kinds.size).toBeGreaterThan(1);
	});
});
