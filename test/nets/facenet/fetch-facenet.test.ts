import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { FacenetDownload } from "../../../src/nets/facenet/facenet-store.ts";
import { convertedFile, loadConverted, readDownloads } from "../../../src/nets/facenet/facenet-store.ts";
import { fetchFacenet } from "../../../src/nets/facenet/fetch-facenet.ts";
import { serveFile } from "../../helpers/servers/file-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const MINI_FILE = path.join(import.meta.dirname, "../../fixtures/facenet/mini_fixed_strings.h5");
const OTHER = "0".repeat(64);

function sha256(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}

function download(source: string, pins: Partial<FacenetDownload> = {}): FacenetDownload {
	return { name: "facenet", what: "a test", source, licence: "MIT", file: "facenet_weights.h5", ...pins };
}

async function options() {
	return { dimension: 128, folder: await temporaryFolder(), retryDelayMs: 1 };
}

// that everything goes well takes the whole network: test/integration/faces/facenet-path.test.ts
describe("fetchFacenet", () => {
	it("refuses a file with another checksum than the manifest's, and downloads anew next time", async () => {
		const bytes = await readFile(MINI_FILE);
		const { url, ranges } = await serveFile(bytes);
		const given = await options();
		const fetching = fetchFacenet(download(url, { sha256: OTHER }), given);
		await expect(fetching).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: expect.stringContaining(
				`to have SHA-256 ${OTHER}, as the manifest says, but received ${sha256(bytes)}.`,
			),
			hint: expect.stringContaining("--sha256"),
		});
		expect(await readdir(given.folder)).toEqual([]);
		await expect(fetchFacenet(download(url, { sha256: OTHER }), given)).rejects.toThrow("SHA-256");
		expect(ranges).toHaveLength(2);
	});

	it("refuses a local file of another size, and leaves it alone", async () => {
		const given = { ...(await options()), from: MINI_FILE };
		await expect(fetchFacenet(download("unused:", { bytes: 94_955_648 }), given)).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: `Expected ${MINI_FILE} to have 94955648 bytes, as the manifest says, but received 28008 bytes.`,
		});
		expect(await readFile(MINI_FILE)).toHaveLength(28_008);
	});

	it("refuses an offer of another size before downloading it", async () => {
		const { url } = await serveFile(await readFile(MINI_FILE));
		const given = await options();
		await expect(fetchFacenet(download(url, { bytes: 5 }), given)).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: `Expected 5 bytes from ${url} but it has 28008.`,
		});
	});

	it("goes by the checksum that is asked for instead of the manifest's", async () => {
		const given = { ...(await options()), from: MINI_FILE, sha256: sha256(await readFile(MINI_FILE)) };
		// it comes as far as the layers, of which this file has but a few
		await expect(fetchFacenet(download("unused:", { sha256: OTHER }), given)).rejects.toMatchObject({
			code: "INVALID_WEIGHT_FILE",
			message: expect.stringContaining("Expected 245 layers with weights"),
		});
		await expect(fetchFacenet(download("unused:"), { ...given, sha256: OTHER })).rejects.toThrow(
			"as asked for",
		);
	});

	it("holds a file without pinned checksum to that of the first use", async () => {
		const given = { ...(await options()), from: MINI_FILE };
		await mkdir(path.join(given.folder, "cache"));
		const record = { facenet: { sha256: OTHER, bytes: 28_008 } };
		await writeFile(path.join(given.folder, "cache", "first-use.json"), JSON.stringify(record));
		await expect(fetchFacenet(download("unused:"), given)).rejects.toMatchObject({
			code: "WEIGHTS_MISMATCH",
			message: expect.stringContaining("as at first use"),
		});
	});

	it("refuses a file that is no weight file", async () => {
		const given = await options();
		const from = path.join(given.folder, "page.h5");
		await writeFile(from, "<!doctype html><title>Sign in</title>");
		await expect(fetchFacenet(download("unused:"), { ...given, from })).rejects.toMatchObject({
			code: "INVALID_WEIGHT_FILE",
		});
	});

	it("says that a local file is not there", async () => {
		const given = { ...(await options()), from: "nowhere.h5" };
		await expect(fetchFacenet(download("unused:"), given)).rejects.toMatchObject({
			code: "FILE_NOT_FOUND",
			message: "Expected a weight file at nowhere.h5 but could not read one.",
		});
	});
});

describe("loadConverted", () => {
	it("says which command fetches a model that is not there", async () => {
		await expect(loadConverted("facenet512", await temporaryFolder())).rejects.toMatchObject({
			code: "MODEL_NOT_FETCHED",
			hint: "Run `celebrity-faces models fetch facenet512`.",
		});
	});

	it("refuses a damaged file", async () => {
		const folder = await temporaryFolder();
		await mkdir(path.join(folder, "cache"));
		await writeFile(convertedFile(folder, "facenet"), "damaged");
		await expect(loadConverted("facenet", folder)).rejects.toMatchObject({ code: "INVALID_WEIGHT_CACHE" });
	});
});

describe("the manifest", () => {
	it("names source, licence and checksum of both weight files", async () => {
		const downloads = await readDownloads();
		expect(downloads.map(({ name }) => name)).toEqual(["facenet", "facenet512"]);
		for (const { source, file, licence, sha256: checksum } of downloads) {
			expect(source).toBe(`https://github.com/serengil/deepface_models/releases/download/v1.0/${file}`);
			expect(licence).toBe("MIT");
			expect(checksum).toMatch(/^[0-9a-f]{64}$/);
		}
	});
});
