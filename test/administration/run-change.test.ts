/** A change whose process comes to its end before it could say what it did. */
import { copyFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { expect, it, vi } from "vitest";
import { runChange } from "../../src/administration/run-change.ts";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { withFileLock } from "../../src/files/file-lock.ts";
import { changingFileOf, readGallery } from "../../src/gallery/gallery-store.ts";
import { personKey } from "../../src/gallery/person.ts";
import { changeProcessesOf } from "../helpers/processes/processes.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const WAIT = { timeout: 300_000, interval: 20 };
const INTERRUPTED = { code: "CHANGE_INTERRUPTED", hint: expect.stringContaining("send the same again") };

/** A copy of the starter gallery, and the order to remove the first of its people. */
async function removal() {
	const place = path.join(await temporaryFolder(), "people.gallery");
	await copyFile(path.join(PROJECT_FOLDER, "data/starter.gallery"), place);
	const gallery = readGallery(place);
	const person = { key: personKey(gallery.person(0)), sources: [] };
	return {
		place,
		gallery,
		order: {
			place,
			change: { kind: "remove-person", person },
			denyLists: [],
			purpose: "test",
			patienceMs: 600_000,
		},
	} as const;
}

it("is called interrupted when its process is killed, and leaves the gallery as it was", async () => {
	const { place, gallery, order } = await removal();
	// so that it can't be done before
	await withFileLock(changingFileOf(place), { purpose: "test" }, async () => {
		const changed = expect(runChange(order, process.env)).rejects.toMatchObject(INTERRUPTED);
		const [pid] = await vi.waitUntil(() => {
			const found = changeProcessesOf(process.pid);
			return found.length > 0 && found;
		}, WAIT);
		process.kill(pid as number, "SIGKILL");
		await changed;
	});
	expect(readGallery(place).numPhotos).toBe(gallery.numPhotos);
});

it("is ended, and called interrupted, when it takes too long", async () => {
	const { place, gallery, order } = await removal();
	await withFileLock(changingFileOf(place), { purpose: "test" }, async () => {
		await expect(runChange(order, process.env, 1)).rejects.toMatchObject(INTERRUPTED);
		expect(changeProcessesOf(process.pid)).toEqual([]);
	});
	expect(readGallery(place).numPhotos).toBe(gallery.numPhotos);
});
