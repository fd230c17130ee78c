import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readTextFile } from "../../src/files/read-text-file.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const LIST = { what: "a list of photos" };

describe("a text file that somebody names", () => {
	it("is read whole, from a pipe as well", async () => {
		const file = path.join(await temporaryFolder(), "list");
		writeFileSync(file, "é\n".repeat(1_000_000));
		expect(readTextFile(file, LIST)).toBe("é\n".repeat(1_000_000));
		const script = `import { readTextFile } from "./src/files/read-text-file.ts"; console.log(readTextFile("/dev/stdin", { what: "a list" }));`;
		const program = `"$0" --import tsx --input-type=module -e "$1"`;
		const piped = execFileSync("sh", ["-c", `echo a.jpg | ${program}`, process.execPath, script]);
		expect(`${piped}`).toBe("a.jpg\n\n");
	});

	it.each(["utf-16le", "utf-16be"])(
		"is read where its mark says %s, as spreadsheets write",
		async (encoding) => {
			const file = path.join(await temporaryFolder(), "list");
			const bytes = Buffer.from("\ufeffЁж 😀", "utf16le");
			writeFileSync(file, encoding === "utf-16le" ? bytes : bytes.swap16());
			expect(readTextFile(file, LIST)).toBe("Ёж 😀");
		},
	);

	it("is refused in another encoding, in which names would become question marks", async () => {
		const file = path.join(await temporaryFolder(), "list");
		writeFileSync(file, Buffer.from("J\u00fcrgen", "latin1"));
		expect(() => readTextFile(file, LIST)).toThrow("it is not in UTF-8: save it in that encoding");
	});

	it.each(["/dev/zero", "/dev/urandom"])("is refused where it never ends: %s", (device) => {
		expect(() => readTextFile(device, LIST)).toThrow(
			expect.objectContaining({
				code: "INVALID_ARGUMENT",
				message: `Expected a list of photos at ${device} but it is no text.`,
			}),
		);
	});

	it("is refused where it is no text, however large", async () => {
		const file = path.join(await temporaryFolder(), "huge");
		writeFileSync(file, "");
		truncateSync(file, 1e12);
		expect(() => readTextFile(file, LIST)).toThrow("it is no text");
	});

	it("is refused where it can't be read", async () => {
		const folder = await temporaryFolder();
		for (const place of [folder, path.join(folder, "nothing")])
			expect(() => readTextFile(place, LIST)).toThrow(
				expect.objectContaining({
					code: "FILE_NOT_FOUND",
					message: `Expected a list of photos at ${place} but it can't be read.`,
				}),
			);
	});
});
