import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { findKey, readKeys } from "../../src/keys/key-file.ts";
import { runCli } from "../helpers/run-cli.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

it("makes keys, lists them without themselves, and takes them away", async () => {
	const file = path.join(await temporaryFolder(), "keys.json");
	const { stdout, code } = await runCli(["keys", "add", "shop", "--per-minute", "20", "--file", file]);
	expect(code).toBe(0);
	const key = stdout.trim();
	expect(findKey(readKeys(file), key)).toMatchObject({ name: "shop", photosPerMinute: 20 });
	expect(await readFile(file, "utf8")).not.toContain(key);
	expect((await runCli(["keys", "add", "shop", "--file", file])).stderr).toMatch(/^INVALID_ARGUMENT: .*shop/);
	expect((await runCli(["keys", "list", "--file", file])).stdout).toMatch(/^shop\t[\d-]+\t20 a minute\n$/);
	expect((await runCli(["keys", "remove", "shop", "--file", file])).stdout).toBe(
		"Removed the key of shop.\n",
	);
	expect(readKeys(file)).toEqual([]);
	expect((await runCli(["keys", "remove", "shop", "--file", file])).code).toBe(1);
});
