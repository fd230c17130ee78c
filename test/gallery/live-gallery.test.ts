import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { writeFileAtomically } from "../../src/files/atomic-file.ts";
import { Gallery } from "../../src/gallery/gallery.ts";
import { LiveGallery } from "../../src/gallery/live-gallery.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** For what a watcher of files notices when it does. */
const WAIT = { timeout: 60_000 };

function galleryOf(numPeople: number): Gallery {
	const numbers = [...Array(numPeople).keys()];
	return Gallery.build({
		name: "test",
		people: numbers.map((i) => ({ name: `Person ${i}`, wikipedia: undefined, collections: [] })),
		photos: numbers.map((person) => ({
			person,
			source: `${person}.jpg`,
			box: { x: 0, y: 0, width: 1, height: 1 },
			landmarks: new Float32Array(136),
			picture: undefined,
		})),
		embeddings: Float32Array.from({ length: numPeople * 4 }, (_, i) => Math.sin(i + 1)),
		dimension: 4,
		pipelineVersion: "v1",
	});
}

it("takes over a new gallery, keeps the old one when the file is broken or gone, and recovers", async () => {
	const file = path.join(await temporaryFolder(), "a.gallery");
	await writeFileAtomically(file, galleryOf(2).encode());
	const onChange = vi.fn();
	const onFailure = vi.fn();
	const live = LiveGallery.open(file, { pipelineVersion: "v1", onChange, onFailure, intervalMs: 20 });
	onTestFinished(() => live.close());
	expect(live.current.numPeople).toBe(2);

	const kept = live.current;
	await writeFileAtomically(file, galleryOf(3).encode());
	await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1), WAIT);
	expect(live.current.numPeople).toBe(3);
	// a question that was being answered still has its gallery
	expect(kept.numPeople).toBe(2);

	await writeFile(file, "half a gallery");
	await vi.waitFor(
		() => expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ code: "INVALID_INDEX_FILE" })),
		WAIT,
	);
	expect([live.current.numPeople, live.fileState]).toEqual([3, "refused"]);

	await rm(file);
	await vi.waitFor(() => expect(live.fileState).toBe("missing"), WAIT);
	await writeFileAtomically(`${file}.new`, galleryOf(4).encode());
	await rename(`${file}.new`, file);
	await vi.waitFor(() => expect(live.current.numPeople).toBe(4), WAIT);
	expect(live.fileState).toBe("served");
});

it("says that a gallery is gone where a folder took its place, and takes the next file, however old it says it is", async () => {
	const file = path.join(await temporaryFolder(), "a.gallery");
	await writeFileAtomically(file, galleryOf(2).encode());
	const options = { pipelineVersion: "v1", onChange: vi.fn(), onFailure: vi.fn(), intervalMs: 20 };
	const live = LiveGallery.open(file, options);
	onTestFinished(() => live.close());
	await rm(file);
	await mkdir(file);
	await vi.waitFor(() => expect(live.fileState).toBe("missing"), WAIT);
	expect(live.current.numPeople).toBe(2);

	// as files of reproducible images are
	await writeFile(`${file}.new`, galleryOf(3).encode());
	await utimes(`${file}.new`, 0, 0);
	await rm(file, { recursive: true });
	await rename(`${file}.new`, file);
	await vi.waitFor(() => expect(live.current.numPeople).toBe(3), WAIT);
	expect(live.fileState).toBe("served");
});

it("goes on where the folder around it became a file, and takes the gallery once it is back", async () => {
	const folder = path.join(await temporaryFolder(), "galleries");
	const file = path.join(folder, "a.gallery");
	await writeFileAtomically(file, galleryOf(2).encode());
	const options = { pipelineVersion: "v1", onChange: vi.fn(), onFailure: vi.fn(), intervalMs: 20 };
	const live = LiveGallery.open(file, options);
	onTestFinished(() => live.close());
	await rename(folder, `${folder}.old`);
	await writeFile(folder, "no folder");
	live.refresh();
	await vi.waitFor(() => expect(live.fileState).toBe("missing"), WAIT);
	await rm(folder);
	await rename(`${folder}.old`, folder);
	await vi.waitFor(() => expect(live.fileState).toBe("served"), WAIT);
});
