/** Changing a gallery over HTTP, whatever it is kept in: administrators at once, refusals, the audit log. */
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { personDigest } from "../../../src/administration/audit-log.ts";
import { type ApiError, FacesClient } from "../../../src/client/client.ts";
import type { ReadableGallery } from "../../../src/gallery/readable-gallery.ts";
import { ADD_ANSWER, REMOVE_ANSWER, RENAME_ANSWER } from "../../../src/web/api/schemas/administration.ts";
import { changeProcessesOf, killIfAlive } from "../../helpers/processes/processes.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { readSamplePhoto } from "../../helpers/sample-photos.ts";
import {
	type AdministeredGallery,
	type AdministeredServer,
	cutSingleFaces,
	failureOf,
	startAdministeredServer,
	varied,
	WAIT,
} from "../../helpers/servers/administered-server.ts";

/**
 * @param kind of gallery, as in "a file"
 * @param create makes one, given a folder for its files and a photo of Ann, who is in it
 */
export function describeAdministration(
	kind: string,
	create: (folder: string, ann: Buffer) => Promise<AdministeredGallery>,
): void {
	let folder: string;
	let faces: Buffer[];
	let gallery: AdministeredGallery;
	let server: AdministeredServer;
	let numTries = 0;

	beforeAll(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
		faces = await cutSingleFaces();
		gallery = await create(folder, faces[0]!);
		server = await startAdministeredServer(folder, gallery);
	});
	afterAll(async () => {
		server.stop();
		await gallery.close();
		await rm(folder, { recursive: true, force: true });
	});

	/** Somebody new, and another photo of a face, each time that a test is tried. */
	function newcomer(firstName: string) {
		const number = ++numTries;
		return {
			number,
			name: `${firstName} ${number}`,
			photo: (face: number, side = 250) => varied(faces[face]!, side + number),
		};
	}

	describe(`administration over HTTP of a gallery in ${kind}`, () => {
		it("adds somebody, whom all processes then find, with a picture and a line in the audit log", async () => {
			const { number, name, photo } = newcomer("Bea Müller");
			const answer = ADD_ANSWER.parse(
				await server.api().addPerson(await photo(1), { name, birthYear: 1970 }),
			);
			const id = `bea-muller-${number}`;
			expect(answer).toMatchObject({ person: { id, numPhotos: 1 }, numAdded: 1, refused: [] });
			expect(answer.person.picture).toMatch(/\.webp$/);
			expect((await fetch(server.url + answer.person.picture)).status).toBe(200);
			// whichever process is asked, once it has noticed
			await vi.waitFor(async () => {
				for (let i = 0; i < 10; i++) {
					const headers = { authorization: `Bearer ${server.reader}`, connection: "close" };
					const response = await fetch(`${server.url}/api/v1/people/${id}`, { headers });
					expect(response.status).toBe(200);
				}
			}, WAIT);
			const [begun, done] = (await server.audited()).slice(-2);
			const person = personDigest(`bea muller ${number}`);
			expect(begun).toMatchObject({ action: "addPerson", key: "office", outcome: "begun", person });
			expect(done).toMatchObject({
				requestId: begun?.requestId,
				outcome: "done",
				numPhotos: 1,
				numRefused: 0,
			});
			expect((await stat(gallery.auditLog)).mode & 0o777).toBe(0o600);
		});

		it("adds photos to somebody, passes over those it has, and refuses whom they hardly resemble", async () => {
			const { name, photo } = newcomer("Cleo");
			const [first, other] = [await photo(1), await photo(2)];
			const { id } = (await server.api().addPerson(first, { name })).person;
			expect(await server.api().addPhotos(id, [await photo(1, 280), first])).toMatchObject({
				numAdded: 1,
				numPassedOver: 1,
			});
			const stranger = await failureOf(server.api().addPhotos(id, other));
			expect(stranger).toMatchObject({ status: 422, code: "SOMEBODY_ELSE" });
			const sure = await server.api().addPhotos(id, other, { sure: true });
			expect(sure).toMatchObject({ numAdded: 1, person: { numPhotos: 3 } });
			// the process that is asked may not be the one that made the change
			const { photos } = await vi.waitFor(async () => {
				const person = await server.api().person(id);
				expect(person.photos).toHaveLength(3);
				return person;
			}, WAIT);
			const last = photos.at(-1)!.id;
			expect(REMOVE_ANSWER.parse(await server.api().removePhoto(id, last))).toMatchObject({ numRemoved: 1 });
			expect(await failureOf(server.api().removePhoto(id, last))).toMatchObject({ status: 404 });
			// what was removed stays out
			expect(await failureOf(server.api().addPhotos(id, other, { sure: true }))).toMatchObject({
				status: 409,
				code: "KEPT_OUT",
			});
		});

		it("refuses no face, several faces, no name, nobody's id, no key and a key without the right", async () => {
			const wall = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#678" } })
				.png()
				.toBuffer();
			const codeOf = async (call: Promise<unknown>) => {
				const { status, code } = await failureOf(call);
				return [status, code];
			};
			expect(await codeOf(server.api().addPerson(wall, { name: "Wall" }))).toEqual([422, "NO_FACE_FOUND"]);
			const group = await readSamplePhoto(1);
			const blurred = await sharp(faces[3]!).blur(4).toBuffer();
			const poor = await failureOf(server.api().addPerson(blurred, { name: "Blur" }));
			expect(poor).toMatchObject({ status: 422, code: "FACE_NOT_GOOD_ENOUGH" });
			expect(poor.message).toMatch(/blurred/);
			expect(poor.message).not.toMatch(/[A-Z]_/);
			expect(poor.hint).toMatch(/sharper photo/);
			const several = await failureOf(server.api().addPerson(group, { name: "Group" }));
			expect(several).toMatchObject({ status: 422, code: "SEVERAL_FACES" });
			expect(several.hint).toMatch(/nobody else/);
			expect(await codeOf(server.api().addPerson(faces[3]!, { name: " " }))).toEqual([
				400,
				"INVALID_REQUEST",
			]);
			expect(await codeOf(server.api().addPhotos("nobody", faces[3]!))).toEqual([404, "NOT_FOUND"]);
			expect(await codeOf(server.api().removePerson("nobody"))).toEqual([404, "NOT_FOUND"]);
			expect(await codeOf(server.api("cf_wrong").removePerson("ann"))).toEqual([401, "UNAUTHORIZED"]);
			expect(await codeOf(server.api(server.reader).removePerson("ann"))).toEqual([403, "FORBIDDEN"]);
			expect((await server.audited()).at(-1)).toMatchObject({
				key: "shop",
				action: "removePerson",
				code: "FORBIDDEN",
			});
			// some fit and some not
			const { name, photo } = newcomer("Cay");
			const some = await server.api().addPerson([wall, await photo(3)], { name });
			expect(some).toMatchObject({ numAdded: 1, refused: [{ photo: 0, code: "NO_FACE_FOUND" }] });
		});

		it("keeps whose work photos are, and shows it", async () => {
			const credit = {
				author: "Ona Photographer",
				licence: "CC BY-SA 4.0",
				licenceUrl: "https://creativecommons.org/licenses/by-sa/4.0/",
				page: "https://commons.example.org/wiki/File:Ona.jpg",
			};
			const { page: _, ...part } = credit;
			const { name, photo: photoOf } = newcomer("Ona");
			const photo = await photoOf(6);
			expect(await failureOf(server.api().addPerson(photo, { name, ...part }))).toMatchObject({
				status: 400,
				message: expect.stringContaining("`page`"),
			});
			const odd = await failureOf(server.api().addPerson(photo, { name, ...credit, page: "javascript:1" }));
			expect(odd).toMatchObject({ status: 400, message: expect.stringContaining("https://example.org") });
			const { person } = await server.api().addPerson(photo, { name, ...credit });
			expect(person.credit).toEqual(credit);
			const picture = Buffer.from(await (await fetch(server.url + person.picture)).arrayBuffer());
			expect((await sharp(picture).metadata()).exif?.toString("latin1")).toContain("Ona Photographer");
			const another = await photoOf(6, 280);
			const more = await server.api().addPhotos(person.id, another, {
				...credit,
				author: "Somebody",
			});
			expect(more.numAdded).toBe(1);
			await vi.waitFor(async () => {
				const { photos } = await server.api().person(person.id);
				expect(photos.map((photo) => photo.credit?.author)).toEqual(["Ona Photographer", "Somebody"]);
				const page = await (await fetch(`${server.url}/credits`)).text();
				for (const text of ["Ona Photographer", "Somebody", credit.page]) expect(page).toContain(text);
			}, WAIT);
			expect(await runCli(["gallery", "verify", gallery.place])).toMatchObject({ code: 0 });
		});

		it("takes JSON, renames, and says so", async () => {
			const { number, name, photo } = newcomer("Dee");
			const response = await fetch(`${server.url}/api/v1/people`, {
				method: "POST",
				headers: { authorization: `Bearer ${server.admin}`, "content-type": "application/json" },
				body: JSON.stringify({ name, photo: [(await photo(4)).toString("base64")] }),
			});
			expect(response.status).toBe(200);
			const renamed = RENAME_ANSWER.parse(
				await server.api().renamePerson(`dee-${number}`, { name: `Dee ${name}`, wikipedia: null }),
			);
			expect(renamed).toMatchObject({
				person: { id: `dee-dee-${number}`, name: `Dee ${name}` },
				formerId: `dee-${number}`,
			});
			expect((await server.audited()).at(-1)).toMatchObject({
				person: personDigest(`dee ${number}`),
				newPerson: personDigest(`dee dee ${number}`),
			});
		});

		it("says that the gallery is being changed by somebody else, and changes nothing", async () => {
			const before = (await gallery.read()).numPhotos;
			await gallery.hold(async () => {
				const hasty = new FacesClient({ url: server.url, apiKey: server.admin, maxRetries: 0 });
				const busy = await failureOf(hasty.addPerson(faces[5]!, { name: "Eve" }));
				expect(busy).toMatchObject({ status: 423, code: "GALLERY_BUSY", retryAfterS: 5 });
				for (const secret of [folder, "127.0.0.1"]) expect(busy.message + busy.hint).not.toContain(secret);
			});
			expect((await gallery.read()).numPhotos).toBe(before);
		});

		it("says that a change was cut off, in the answer and in the audit log, when its process is killed", async () => {
			const before = (await gallery.read()).numPhotos;
			await gallery.hold(async () => {
				const hasty = new FacesClient({ url: server.url, apiKey: server.admin, maxRetries: 0 });
				let failure: ApiError | undefined;
				// on a slow machine it may have given up waiting for the lock before it is seen
				while (failure === undefined || failure.code === "GALLERY_BUSY") {
					const asked = failureOf(hasty.removePerson("ann"));
					let isOver = false;
					void asked.finally(() => {
						isOver = true;
					});
					while (!isOver) {
						for (const pid of changeProcessesOf(server.pid)) killIfAlive(pid);
						await new Promise((resolve) => setTimeout(resolve, 20));
					}
					failure = await asked;
				}
				expect(failure).toMatchObject({ status: 503, code: "CHANGE_INTERRUPTED" });
				expect(failure.retryAfterS).toBeGreaterThan(0);
			});
			expect((await server.audited()).at(-1)).toMatchObject({
				outcome: "failed",
				code: "CHANGE_INTERRUPTED",
			});
			expect((await gallery.read()).numPhotos).toBe(before);
		});

		it("loses nothing of two administrators and the command line at once", async () => {
			const before = await gallery.read();
			const { number, name: fay, photo } = newcomer("Fay");
			const more = path.join(folder, `more-${number}`);
			await mkdir(path.join(more, fay), { recursive: true });
			await writeFile(path.join(more, fay, "1.jpg"), await photo(6));
			const add = runCli(["gallery", "add", gallery.place, more, ...gallery.addFlags]);
			const names = ["Gil", "Hal", "Ida", "Joy"].map((name) => `${name} ${number}`);
			await Promise.all(names.map(async (name, i) => server.api().addPerson(await photo(i), { name })));
			expect(await add).toMatchObject({ code: 0 });
			const after = await gallery.read();
			expect(peopleOf(after)).toEqual(expect.arrayContaining([...names, fay, "Ann", ...peopleOf(before)]));
			expect(after.numPhotos).toBe(before.numPhotos + 5);
			expect(await runCli(["gallery", "verify", gallery.place])).toMatchObject({ code: 0 });
		});

		it("removes somebody from all that is kept, keeps them out, and leaves no name behind", async () => {
			const { number, name, photo } = newcomer("Lou Köhler");
			const { id } = (await server.api().addPerson(await photo(1), { name })).person;
			await server.api().addPhotos(id, await photo(2), { sure: true });
			const removed = await server.api().removePerson(id);
			expect(removed).toMatchObject({ numRemoved: 2, numPhotos: (await gallery.read()).numPhotos });
			expect(
				await failureOf(server.api().addPerson(await photo(1), { name: `Lou Kohler ${number}` })),
			).toMatchObject({
				status: 409,
				code: "KEPT_OUT",
			});
			// however it is written, in UTF-8 read as latin1 too
			const nameOf = new RegExp(`lou[ -]k\\S{1,3}hler[ -]${number}(?!\\d)`, "i");
			expect(name).toMatch(nameOf);
			const kept = await gallery.kept();
			expect(kept.get(gallery.auditLog)).toContain("removePerson");
			for (const [where, text] of kept) expect(text, where).not.toMatch(nameOf);
			expect((await server.audited()).at(-1)).toMatchObject({ outcome: "refused", code: "KEPT_OUT" });
			expect(server.output()).not.toMatch(nameOf);
			expect(server.output()).not.toContain(server.admin);
		});
	});
}

/** Names of everybody in the gallery, once for each photo. */
function peopleOf(gallery: ReadableGallery): string[] {
	return gallery.rows().map((row) => gallery.person(gallery.personOf(row)).name);
}
