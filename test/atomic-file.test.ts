import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { writeFileAtomically } from "../src/atomic-file.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

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

	it("leaves a whole file, old or new, when the process is killed at any time", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "a.bin");
		await writeFile(file, Buffer.alloc(4_000_000, 1));
		const kinds = new Set<number>();
		for (let delayMs = 0; delayMs < 60; delayMs += 6) {
			const writer = fork(path.join(import.meta.dirname, "helpers", "endless-writer.ts"), [file], {
				execArgv: ["--import", "tsx"],
			});
			await once(writer, "message");
			await new Promise((resolve) => setTimeout(resolve, delayMs));
			writer.kill("SIGKILL");
			await once(writer, "exit");
			const bytes = await readFile(file);
			expect(bytes.length).toBe(4_000_000);
			const [first] = bytes;
			expect(bytes.every((byte) => byte === first)).toBe(true);
			kinds.add(first as number);
		}
		expect(kinds.size).toBeGreaterThan(1);
	});
});
