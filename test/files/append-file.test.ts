import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { appendDurably } from "../../src/files/append-file.ts";
import { builtModule } from "../helpers/processes/built-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

it("writes behind what counts, and ends the file there", async () => {
	const file = path.join(await temporaryFolder(), "lines");
	await appendDurably(file, 0, Buffer.from("one\ntwo"));
	await appendDurably(file, 4, Buffer.from("2\n"));
	expect(await readFile(file, "utf8")).toBe("one\n2\n");
});

it("fails where the disk takes only a part, and leaves nothing of it", async () => {
	const file = path.join(await temporaryFolder(), "lines");
	await writeFile(file, "x".repeat(1000));
	const module = JSON.stringify(builtModule("files/append-file"));
	const script = `const { appendDurably } = await import(${module});
		await appendDurably(${JSON.stringify(file)}, 1000, Buffer.alloc(5000, "y")).then(
			() => console.log("written"), ({ code }) => console.log(code));`;
	// no file may have more than 2 blocks of 1024 bytes
	const limited = `trap '' XFSZ; ulimit -f 2; exec "${process.execPath}" --input-type=module -e '${script}'`;
	const { stdout } = await promisify(execFile)("bash", ["-c", limited]);
	expect(stdout.trim()).toBe("DISK_FULL");
	expect(await readFile(file, "utf8")).toBe("x".repeat(1000));
});
