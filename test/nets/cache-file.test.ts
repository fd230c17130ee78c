import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readCacheFile, writeCacheFile } from "../../src/nets/cache-file.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const CONTENT = Uint8Array.from(randomBytes(1000));

/** A cache file whose bytes were changed after it was written. */
async function changed(change: (bytes: Buffer) => Uint8Array): Promise<string> {
	const file = path.join(await temporaryFolder(), "some.cache");
	await writeCacheFile(file, CONTENT);
	await writeFile(file, change(await readFile(file)));
	return file;
}

/** Adds one to the byte at `offset`. */
function bump(offset: number): (bytes: Buffer) => Uint8Array {
	return (bytes) => bytes.map((byte, i) => (i === offset ? byte + 1 : byte));
}

describe("cache files", () => {
	it("give back what was written, starting at a multiple of eight bytes, and leave no other file", async () => {
		const folder = await temporaryFolder();
		const file = path.join(folder, "new", "some.cache");
		await writeCacheFile(file, CONTENT);
		const content = await readCacheFile(file);
		expect(content).toEqual(CONTENT);
		expect(content!.byteOffset % 8).toBe(0);
		expect(await readdir(path.dirname(file))).toEqual(["some.cache"]);
	});

	it("are replaced as a whole", async () => {
		const file = path.join(await temporaryFolder(), "some.cache");
		await writeCacheFile(file, CONTENT);
		await writeCacheFile(file, CONTENT.subarray(1));
		expect(await readCacheFile(file)).toEqual(CONTENT.subarray(1));
	});

	it("are nothing where there is none", async () => {
		expect(await readCacheFile(path.join(await temporaryFolder(), "some.cache"))).toBeUndefined();
	});

	it.each<[string, (bytes: Buffer) => Uint8Array, RegExp]>([
		["is empty", () => new Uint8Array(), /to begin with the bytes of a cache file but received others/],
		["is another file", bump(0), /to begin with the bytes of a cache file but received others/],
		["has a newer version", bump(8), /Expected version 1 of .* but received version 2/],
		["is cut by one byte", (bytes) => bytes.subarray(0, -1), /Expected 1064 bytes in .* but received 1063/],
		["is longer by one byte", (bytes) => Buffer.concat([bytes, Buffer.of(0)]), /1064 bytes in .* 1065/],
		["has one changed byte", bump(500), /Expected SHA-256 [0-9a-f]{64} for .* but received [0-9a-f]{64}/],
		["has a changed checksum", bump(40), /Expected SHA-256/],
	])("are refused where the file %s", async (_, change, message) => {
		const read = readCacheFile(await changed(change));
		await expect(read).rejects.toMatchObject({ code: "INVALID_WEIGHT_CACHE" });
		await expect(read).rejects.toThrow(message);
	});

	it("say where they can't be written", async () => {
		const folder = await temporaryFolder();
		await writeFile(path.join(folder, "file"), "");
		await expect(writeCacheFile(path.join(folder, "file", "some.cache"), CONTENT)).rejects.toMatchObject({
			code: "FILE_NOT_WRITABLE",
		});
	});
});
