/** Changing a gallery over HTTP, with a real server of two processes: administrators at once, refusals, the audit log. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { personDigest } from "../../src/administration/audit-log.ts";
import { type ApiError, FacesClient } from "../../src/client/client.ts";
import { PROJECT_FOLDER } from "../../src/config.ts";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import { withFileLock } from "../../src/files/file-lock.ts";
import { changingFileOf, readGallery } from "../../src/gallery/gallery-store.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import { encodeJpeg } from "../../src/image/encode-jpeg.ts";
import { createKey, writeKeys } from "../../src/keys/key-file.ts";
import { ADD_ANSWER, REMOVE_ANSWER, RENAME_ANSWER } from "../../src/web/api/schemas/administration.ts";
import { CLI_FILE } from "../helpers/built-cli.ts";
import { runCli } from "../helpers/run-cli.ts";
import { readSamplePhoto } from "../helpers/sample-photos.ts";

const admin = createKey("office", { isAdmin: true }, "2026-11-26");
const reader = createKey("shop", {}, "2026-11-26");

let folder: string;
let gallery: string;
let server: ChildProcess;
let url: string;
let output = "";
/** Each shows one face of the samples. */
let faces: Buffer[];
let numTries = 0;
/** For what comes when it comes. */
const WAIT = { timeout: 300_000, interval: 50 };
/** On a connection of its own: on a busy machine the server may just be closing the one of the request before. */
const fetchAnew: typeof fetch = (input, init = {}) =>
	fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), connection: "close" } });
const api = (key = admin.key) => new FacesClient({ url, apiKey: key, maxRetries: 60, fetch: fetchAnew });
const failureOf = (call: Promise<unknown>) => call.catch((error: ApiError) => error) as Promise<ApiError>;

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	faces = await cutFaces([1, 4, 6]);
	await mkdir(path.join(folder, "people", "Ann"), { recursive: true });
	await writeFile(path.join(folder, "people", "Ann", "1.jpg"), faces[0]!);
	gallery = path.join(folder, "my.gallery");
	await runCli(["gallery", "build", path.join(folder, "people"), "-o", gallery, "--pictures"]);
	const keys = path.join(folder, "keys.json");
	await writeKeys(keys, [admin.known, reader.known]);
	server = spawn(process.execPath, [CLI_FILE, "serve", "--gallery", gallery], {
		cwd: PROJECT_FOLDER,
		env: {
			...process.env,
			...{ PORT: "0", HOST: "127.0.0.1", PROCESSES: "2", DRAIN_S: "0" },
			...{
				ADMINISTRATION: "on",
				API_KEYS_FILE: keys,
				RATE_LIMIT_PER_MINUTE: "0",
				WORK_SECONDS_PER_MINUTE: "0",
			},
		},
	});
	for (const stream of [server.stdout, server.stderr])
		stream?.on("data", (text) => {
			output += text;
		});
	await vi.waitFor(() => expect(output).toContain("By 2 processes."), WAIT);
	url = `http://127.0.0.1:${/localhost:(\d+)/.exec(output)?.[1]}`;
});
afterAll(async () => {
	server.kill("SIGKILL");
	await rm(folder, { recursive: true, force: true });
});

async function cutFaces(samples: readonly number[]): Promise<Buffer[]> {
	const engine = await chooseFaceEngine();
	const cut: Buffer[] = [];
	for (const sample of samples) {
		const photo = await decodePhoto(await readSamplePhoto(sample));
		for (const { box } of await findFaces(engine, photo)) {
			const { x, y, width, height } = box;
			const region = { x: x - width / 2, y: y - height / 2, width: width * 2, height: height * 2 };
			const face = await encodeJpeg(photo, { region, quality: 95 });
			// with nobody else at its edge
			if ((await findFaces(engine, await decodePhoto(face))).length === 1) cut.push(Buffer.from(face));
		}
	}
	await engine.close();
	return cut;
}

/** Processes of changes that a process, or one that it started, has under way. */
function changeProcessesOf(pid: number): number[] {
	try {
		if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("change-process")) return [pid];
		return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
			.split(" ")
			.filter(Boolean)
			.flatMap((child) => changeProcessesOf(Number(child)));
	} catch {
		// it has just ended
		return [];
	}
}

/** The same face in other pixels. */
const varied = (photo: Buffer, side: number) => sharp(photo).resize(side).jpeg().toBuffer();

async function audited(): Promise<Record<string, unknown>[]> {
	const text = await readFile(`${gallery}.changes.jsonl`, "utf8");
	return text
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
}

describe("administration over HTTP", () => {
	it("adds somebody, whom all processes then find, with a picture and a line in the audit log", async () => {
		const answer = ADD_ANSWER.parse(
			await api().addPerson(faces[1]!, { name: "Bea Müller", birthYear: 1970 }),
		);
		expect(answer).toMatchObject({ person: { id: "bea-muller", numPhotos: 1 }, numAdded: 1, refused: [] });
		expect(answer.person.picture).toMatch(/\.webp$/);
		expect((await fetch(url + answer.person.picture)).status).toBe(200);
		// whichever process is asked, once it has noticed
		await vi.waitFor(async () => {
			for (let i = 0; i < 10; i++) {
				const headers = { authorization: `Bearer ${reader.key}`, connection: "close" };
				const response = await fetch(`${url}/api/v1/people/bea-muller`, { headers });
				expect(response.status).toBe(200);
			}
		}, WAIT);
		const [begun, done] = (await audited()).slice(-2);
		const person = personDigest("bea muller");
		expect(begun).toMatchObject({ action: "addPerson", key: "office", outcome: "begun", person });
		expect(done).toMatchObject({ requestId: begun?.requestId, outcome: "done", numPhotos: 1, numRefused: 0 });
		expect((await stat(`${gallery}.changes.jsonl`)).mode & 0o777).toBe(0o600);
	});

	it("adds photos to somebody, passes over those it has, and refuses whom they hardly resemble", async () => {
		const more = await varied(faces[1]!, 280);
		expect(await api().addPhotos("bea-muller", [more, faces[1]!])).toMatchObject({
			numAdded: 1,
			numPassedOver: 1,
		});
		const stranger = await failureOf(api().addPhotos("bea-muller", faces[2]!));
		expect(stranger).toMatchObject({ status: 422, code: "SOMEBODY_ELSE" });
		const sure = await api().addPhotos("bea-muller", faces[2]!, { sure: true });
		expect(sure).toMatchObject({ numAdded: 1, person: { numPhotos: 3 } });
		// the process that is asked may not be the one that made the change
		const { photos } = await vi.waitFor(async () => {
			const person = await api().person("bea-muller");
			expect(person.photos).toHaveLength(3);
			return person;
		}, WAIT);
		const last = photos.at(-1)!.id;
		expect(REMOVE_ANSWER.parse(await api().removePhoto("bea-muller", last))).toMatchObject({ numRemoved: 1 });
		expect(await failureOf(api().removePhoto("bea-muller", last))).toMatchObject({ status: 404 });
		// what was removed stays out
		expect(await failureOf(api().addPhotos("bea-muller", faces[2]!, { sure: true }))).toMatchObject({
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
		expect(await codeOf(api().addPerson(wall, { name: "Wall" }))).toEqual([422, "NO_FACE_FOUND"]);
		const group = await readSamplePhoto(1);
		const blurred = await sharp(faces[3]!).blur(4).toBuffer();
		const poor = await failureOf(api().addPerson(blurred, { name: "Blur" }));
		expect(poor).toMatchObject({ status: 422, code: "FACE_NOT_GOOD_ENOUGH" });
		expect(poor.message).toMatch(/blurred/);
		expect(poor.message).not.toMatch(/[A-Z]_/);
		expect(poor.hint).toMatch(/sharper photo/);
		expect((await failureOf(api().addPerson(group, { name: "Group" }))).hint).toMatch(/nobody else/);
		expect(await codeOf(api().addPerson(group, { name: "Group" }))).toEqual([422, "SEVERAL_FACES"]);
		expect(await codeOf(api().addPerson(faces[3]!, { name: " " }))).toEqual([400, "INVALID_REQUEST"]);
		expect(await codeOf(api().addPhotos("nobody", faces[3]!))).toEqual([404, "NOT_FOUND"]);
		expect(await codeOf(api().removePerson("nobody"))).toEqual([404, "NOT_FOUND"]);
		expect(await codeOf(api("cf_wrong").removePerson("ann"))).toEqual([401, "UNAUTHORIZED"]);
		expect(await codeOf(api(reader.key).removePerson("ann"))).toEqual([403, "FORBIDDEN"]);
		expect((await audited()).at(-1)).toMatchObject({
			key: "shop",
			action: "removePerson",
			code: "FORBIDDEN",
		});
		// some fit and some not
		const some = await api().addPerson([wall, faces[3]!], { name: "Cay" });
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
		// somebody new each time that this is tried
		const name = `Ona ${++numTries}`;
		const photo = await varied(faces[6]!, 300 + numTries);
		expect(await failureOf(api().addPerson(photo, { name, ...part }))).toMatchObject({
			status: 400,
			message: expect.stringContaining("`page`"),
		});
		const odd = await failureOf(api().addPerson(photo, { name, ...credit, page: "javascript:1" }));
		expect(odd).toMatchObject({ status: 400, message: expect.stringContaining("https://example.org") });
		const { person } = await api().addPerson(photo, { name, ...credit });
		expect(person.credit).toEqual(credit);
		const picture = Buffer.from(await (await fetch(url + person.picture)).arrayBuffer());
		expect((await sharp(picture).metadata()).exif?.toString("latin1")).toContain("Ona Photographer");
		const another = await varied(faces[6]!, 320 + numTries);
		const more = await api().addPhotos(person.id, another, {
			...credit,
			author: "Somebody",
		});
		expect(more.numAdded).toBe(1);
		await vi.waitFor(async () => {
			const { photos } = await api().person(person.id);
			expect(photos.map((photo) => photo.credit?.author)).toEqual(["Ona Photographer", "Somebody"]);
			const page = await (await fetch(`${url}/credits`)).text();
			for (const text of ["Ona Photographer", "Somebody", credit.page]) expect(page).toContain(text);
		}, WAIT);
		expect(await runCli(["gallery", "verify", gallery])).toMatchObject({ code: 0 });
	});

	it("takes JSON, renames, and says so", async () => {
		const response = await fetch(`${url}/api/v1/people`, {
			method: "POST",
			headers: { authorization: `Bearer ${admin.key}`, "content-type": "application/json" },
			body: JSON.stringify({ name: "Dee", photo: [faces[4]!.toString("base64")] }),
		});
		expect(response.status).toBe(200);
		const renamed = RENAME_ANSWER.parse(
			await api().renamePerson("dee", { name: "Dee Dee", wikipedia: null }),
		);
		expect(renamed).toMatchObject({ person: { id: "dee-dee", name: "Dee Dee" }, formerId: "dee" });
		expect((await audited()).at(-1)).toMatchObject({
			person: personDigest("dee"),
			newPerson: personDigest("dee dee"),
		});
	});

	it("says that the gallery is being changed by somebody else, and changes nothing", async () => {
		const before = readGallery(gallery).numPhotos;
		await withFileLock(changingFileOf(gallery), { purpose: "test" }, async () => {
			const hasty = new FacesClient({ url, apiKey: admin.key, maxRetries: 0 });
			const busy = await failureOf(hasty.addPerson(faces[5]!, { name: "Eve" }));
			expect(busy).toMatchObject({ status: 423, code: "GALLERY_BUSY", retryAfterS: 5 });
			expect(busy.message + busy.hint).not.toContain(folder);
		});
		expect(readGallery(gallery).numPhotos).toBe(before);
	});

	it("says that a change was cut off, in the answer and in the audit log, when its process is killed", async () => {
		const before = readGallery(gallery).numPhotos;
		await withFileLock(changingFileOf(gallery), { purpose: "test" }, async () => {
			const hasty = new FacesClient({ url, apiKey: admin.key, maxRetries: 0 });
			let failure: ApiError | undefined;
			// on a slow machine it may have given up waiting for the lock before it is seen
			while (failure === undefined || failure.code === "GALLERY_BUSY") {
				const asked = failureOf(hasty.removePerson("ann"));
				let isOver = false;
				void asked.finally(() => {
					isOver = true;
				});
				while (!isOver) {
					for (const pid of changeProcessesOf(server.pid as number)) process.kill(pid, "SIGKILL");
					await new Promise((resolve) => setTimeout(resolve, 20));
				}
				failure = await asked;
			}
			expect(failure).toMatchObject({ status: 503, code: "CHANGE_INTERRUPTED" });
			expect(failure.retryAfterS).toBeGreaterThan(0);
		});
		expect((await audited()).at(-1)).toMatchObject({ outcome: "failed", code: "CHANGE_INTERRUPTED" });
		expect(readGallery(gallery).numPhotos).toBe(before);
	});

	it("loses nothing of two administrators and the command line at once", async () => {
		const before = readGallery(gallery);
		await mkdir(path.join(folder, "more", "Fay"), { recursive: true });
		await writeFile(path.join(folder, "more", "Fay", "1.jpg"), faces[6]!);
		const add = runCli(["gallery", "add", gallery, path.join(folder, "more"), "--pictures"]);
		const names = ["Gil", "Hal", "Ida", "Joy"];
		await Promise.all(
			names.map(async (name, i) => api().addPerson(await varied(faces[i]!, 250 + i), { name })),
		);
		expect(await add).toMatchObject({ code: 0 });
		const after = readGallery(gallery);
		const present = after.rows().map((row) => after.person(after.index.group(row)).name);
		expect(present).toEqual(expect.arrayContaining([...names, "Fay", "Ann", "Bea Müller", "Cay", "Dee Dee"]));
		expect(after.numPhotos).toBe(before.numPhotos + 5);
		expect(await runCli(["gallery", "verify", gallery])).toMatchObject({ code: 0 });
	});

	it("removes somebody from every file, keeps them out, and leaves no name behind", async () => {
		const removed = await api().removePerson("bea-muller");
		expect(removed).toMatchObject({ numRemoved: 2, numPhotos: readGallery(gallery).numPhotos });
		expect(await failureOf(api().addPerson(faces[1]!, { name: "Bea Muller" }))).toMatchObject({
			status: 409,
			code: "KEPT_OUT",
		});
		const files = (await readdir(folder, { recursive: true })).filter((name) =>
			name.startsWith("my.gallery"),
		);
		for (const name of files) {
			const file = path.join(folder, name);
			if (!(await stat(file)).isFile()) continue;
			const text = (await readFile(file)).toString("latin1").toLowerCase();
			expect(text, name).not.toContain("bea m");
		}
		expect((await audited()).at(-1)).toMatchObject({ outcome: "refused", code: "KEPT_OUT" });
		// "bea" by itself may stand in a request's hexadecimal id
		expect(output).not.toMatch(/bea[ -]m|müller/i);
		expect(output).not.toContain(admin.key);
	});
});

it("refuses to start with administration and no keys", async () => {
	const { code, stderr } = await runCli(["serve"], undefined, { ADMINISTRATION: "on", PORT: "0" });
	expect(code).toBe(1);
	expect(stderr).toContain("API_KEYS_FILE");
});
