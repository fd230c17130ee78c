import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { createKey, findKey, readKeys } from "../../src/keys/key-file.ts";
import { runCli } from "../helpers/processes/run-cli.ts";
import { runHere } from "../helpers/processes/run-here.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

it("makes keys, lists them without themselves, and takes them away", async () => {
	const file = path.join(await temporaryFolder(), "keys.json");
	const { stdout, code } = await runHere(["keys", "add", "shop", "--per-minute", "20", "--file", file]);
	expect(code).toBe(0);
	const key = stdout.trim();
	expect(findKey(readKeys(file), key)).toMatchObject({ name: "shop", photosPerMinute: 20 });
	expect(await readFile(file, "utf8")).not.toContain(key);
	expect((await runHere(["keys", "add", "shop", "--file", file])).stderr).toMatch(
		/^INVALID_ARGUMENT: .*shop/,
	);
	expect((await runHere(["keys", "list", "--file", file])).stdout).toMatch(/^shop\t[\d-]+\t20 a minute\n$/);
	expect((await runHere(["keys", "remove", "shop", "--file", file])).stdout).toBe(
		"Removed the key of shop.\n",
	);
	expect(readKeys(file)).toEqual([]);
	expect((await runHere(["keys", "remove", "shop", "--file", file])).code).toBe(1);
});

it("loses none of two that are made at once, in a file that only its owner can read", async () => {
	const file = path.join(await temporaryFolder(), "keys.json");
	const names = ["a", "b", "c", "d"];
	const made = await Promise.all(names.map((name) => runCli(["keys", "add", name, "--file", file])));
	expect(
		readKeys(file)
			.map(({ name }) => name)
			.sort(),
	).toEqual(names);
	for (const { stdout } of made) expect(findKey(readKeys(file), stdout.trim())).toBeDefined();
	expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("takes no name that would make the file of keys unreadable, and says what names may be", async () => {
	for (const name of ["", "my shop", "Élodie", "x".repeat(65)])
		expect(() => createKey(name, {}, "2026-01-01")).toThrow(/Expected a name/);
	const file = path.join(await temporaryFolder(), "keys.json");
	const { code, stdout, stderr } = await runHere(["keys", "add", "my shop", "--file", file]);
	expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
	expect(stderr).toMatch(/^INVALID_ARGUMENT: .*my-shop/);
	await expect(readFile(file)).rejects.toThrow();
});

it("keeps keys where API_KEYS_FILE says, tells where, and tells a server without the file how to make it", async () => {
	const folder = await temporaryFolder();
	const file = path.join(folder, "of the shop.json");
	const environment = { API_KEYS_FILE: file };
	const missing = await runCli(["serve"], undefined, { ...environment, PORT: "0" });
	expect(missing).toMatchObject({ code: 1 });
	expect(missing.stderr + missing.stdout).toContain(`celebrity-faces keys add NAME --file '${file}'`);
	const { stdout, stderr } = await runCli(["keys", "add", "office", "--admin"], undefined, environment);
	expect(stderr).toContain(file);
	expect(findKey(readKeys(file), stdout.trim())).toMatchObject({ name: "office", isAdmin: true });
	vi.stubEnv("API_KEYS_FILE", file);
	onTestFinished(() => void vi.unstubAllEnvs());
	expect((await runHere(["keys", "list"])).stdout).toMatch(/^office\t/);
	const other = path.join(folder, "other.json");
	await runHere(["keys", "add", "shop", "--file", other]);
	expect(readKeys(other)).toMatchObject([{ name: "shop" }]);
});
