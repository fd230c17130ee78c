import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { resumeLines, withResumedLines } from "../../src/cli/resumed-lines.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const fileOf = async (text: string) => {
	const file = path.join(await temporaryFolder(), "lines");
	writeFileSync(file, text);
	return file;
};
const line = (photo: string) => `{"photo":"${photo}","score":1}\n`;
/** Longer than what is read at a time. */
const LONG = "x".repeat(200_000);

describe("lines that embed goes on with", () => {
	it.each([
		["nothing", "", [], ""],
		["whole lines", line("a") + line("b"), ["a", "b"], line("a") + line("b")],
		["a line that was cut", line("a") + line("b").slice(0, 20), ["a"], line("a")],
		["a long line that was cut", line("a") + line(LONG).slice(0, -5), ["a"], line("a")],
		["the first line, cut at once", '{"ph', [], ""],
	])("of %s", async (_, before, done, after) => {
		const file = await fileOf(before);
		const resumed = await resumeLines(file);
		expect([...resumed.done]).toEqual(done);
		expect(readFileSync(file, "utf8")).toBe(after);
		resumed.print('{"photo":"c"}');
		expect(readFileSync(file, "utf8")).toBe(`${after}{"photo":"c"}\n`);
	});

	it.each(["my diary\n", "a diary without an end of line", `${line("a")}{"photo":1}\n`, '["a"]\n'])(
		"are not those of another file, which stays as it is: %j",
		async (text) => {
			const file = await fileOf(text);
			await expect(resumeLines(file)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
			expect(readFileSync(file, "utf8")).toBe(text);
		},
	);

	it.each(["/dev/zero", "/dev/null"])("are not in a device: %s", async (device) => {
		await expect(resumeLines(device)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
	});

	it("are not in a huge file of something else", async () => {
		const file = await fileOf("");
		truncateSync(file, 1e12);
		await expect(resumeLines(file)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
	});

	it("are added to by one at a time, each of whom knows what the others have done", async () => {
		const file = path.join(await temporaryFolder(), "faces.jsonl");
		const add = () =>
			withResumedLines(file, { purpose: "test" }, async ({ done, print }) => {
				await setImmediate();
				for (const photo of ["a", "b"]) if (!done.has(photo)) print(JSON.stringify({ photo }));
			});
		await Promise.all([add(), add(), add()]);
		expect(readFileSync(file, "utf8")).toBe('{"photo":"a"}\n{"photo":"b"}\n');
	});

	it("are not in a folder", async () => {
		const folder = await temporaryFolder();
		await expect(resumeLines(folder)).rejects.toMatchObject({ code: "FILE_NOT_WRITABLE" });
	});
});
