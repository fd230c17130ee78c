import { mkdir, readFile, rmdir, truncate } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { AuditLog } from "../../src/administration/audit-log.ts";
import { GalleryAdministration } from "../../src/administration/gallery-administration.ts";
import { PeopleDirectory } from "../../src/gallery/browse/people-directory.ts";
import { familyGallery } from "../helpers/galleries/family-gallery.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const ASKER = { key: "office", requestId: "r" };

it("changes nothing that can't be noted, and says of a key without the right that it may not, noted or not", async () => {
	const log = path.join(await temporaryFolder(), "changes.jsonl");
	await mkdir(log);
	const current = familyGallery();
	const unnoted: unknown[] = [];
	const administration = new GalleryAdministration({
		place: path.join(log, "no gallery"),
		live: {
			...{ current, isReachable: true, fileState: "served" },
			...{ refresh: () => {}, catchUp: () => {}, close: () => {} },
		},
		picturesFolder: undefined,
		denyLists: [],
		log: new AuditLog(log),
		tools: () => {
			throw new Error("No photo is looked at.");
		},
		decodeOptions: {},
		environment: {},
		onUnnoted: (error) => unnoted.push(error),
	});
	const ann = PeopleDirectory.of(current).find("ann-smith")!;
	await expect(administration.removePerson(ann, ASKER)).rejects.toMatchObject({
		code: "GALLERY_NOT_WRITABLE",
	});
	await administration.noteRefused("removePerson", ASKER);
	expect(unnoted).toHaveLength(1);
	// whoever rotates the log need tell nobody
	await rmdir(log);
	await administration.noteRefused("removePerson", ASKER);
	expect(JSON.parse(await readFile(log, "utf8"))).toMatchObject({ key: "office", code: "FORBIDDEN" });

	// as a full disk or a power cut leaves it
	await truncate(log, 20);
	await administration.noteRefused("addPhotos", ASKER);
	const [cut, whole, end] = (await readFile(log, "utf8")).split("\n");
	expect([cut?.length, end]).toEqual([20, ""]);
	expect(JSON.parse(whole as string)).toMatchObject({ action: "addPhotos" });
});
