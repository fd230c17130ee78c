/** A change whose process comes to its end before it could say what it did. */
import { readdirSync, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { expect, it, vi } from "vitest";
import { runChange } from "../../src/administration/run-change.ts";
import { PROJECT_FOLDER } from "../../src/config.ts";
import { withFileLock } from "../../src/files/file-lock.ts";
import { changingFileOf, readGallery } from "../../src/gallery/gallery-store.ts";
import { personKey } from "../../src/gallery/person.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const WAIT = { timeout: 300_000, interval: 20 };
const INTERRUPTED = { code: "CHANGE_INTERRUPTED", hint: expect.stringContaining("send the same again") };

/** A copy of the starter gallery, and the order to remove the first of its people. */
async function removal() {
	const place = path.join(await temporaryFolder(), "people.gallery");
	await copyFile(path.join(PROJECT_FOLDER, "data/starter.gallery"), place);
	const gallery = readGallery(place);
	const person = { key: personKey(gallery.person(0)), sources: [] };
	const lock = { purpose: "test", patienceMs: 600_000 };
	return {
		place,
		gallery,
		order: { place, change: { kind: "remove-person", person }, denyLists: [], lock },
	} as const;
}

/** Processes of changes that were started from here. */
function changeProcesses(): number[] {
	const threads = readdirSync("/proc/self/task");
	const children = threads.flatMap((thread) =>
		readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
	);
	return children.filter((pid) => commandOf(pid).includes("change-process"));
}

function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		// it has just ended
		return "";
	}
}

it("is called interrupted when its process is killed, and leaves the gallery as it was", async () => {
	const { place, gallery, order } = await removal();
	// so that it can't be done before
	await withFileLock(changingFileOf(place), { purpose: "test" }, async () => {
		const changed = expect(runChange(order, process.env)).rejects.toMatchObject(INTERRUPTED);
		const [pid] = await vi.waitUntil(() => {
			const found = changeProcesses();
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
		expect(changeProcesses()).toEqual([]);
	});
	expect(readGallery(place).numPhotos).toBe(gallery.numPhotos);
});
