/** The gallery's life on the command line: built, interrupted, resumed, searched, grown, shrunk, compacted. */
import type { ChildProcess } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { denyListOf, indexFileOf, readGallery } from "../../../src/gallery/gallery-store.ts";
import { DenyList, readDenyEntries } from "../../../src/gallery/people/deny-list.ts";
import { cutFaces } from "../../helpers/cut-faces.ts";
import { type Ended, runCli } from "../../helpers/processes/run-cli.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** The faces of three of the sample photos, by the photo's number. */
const facesOf = new Map<number, readonly Buffer[]>();
beforeAll(async () => {
	const engine = await chooseFaceEngine();
	for (const sample of [1, 4, 6]) facesOf.set(sample, await cutFaces(engine, sample));
	await engine.close();
});

/** A folder per face of the sample photo, named e.g. Ann_1, with `numCopies` different pictures of it. */
async function makePeople(folder: string, sample: number, name: string, numCopies = 1): Promise<void> {
	for (const [i, face] of (facesOf.get(sample) ?? []).entries()) {
		const person = path.join(folder, `${name}_${i}`);
		await mkdir(person, { recursive: true });
		for (let copy = 0; copy < numCopies; copy++) {
			await writeFile(
				path.join(person, `${copy}.jpg`),
				await sharp(face)
					.resize(300 - copy)
					.jpeg()
					.toBuffer(),
			);
		}
	}
}

type Start = (onStart: (child: ChildProcess) => void) => Promise<Ended>;

/** Stops the first while it works on the file, and lets it go on when the second waits for it. */
async function meetAtTheLock(first: Start, second: Start): Promise<[Ended, Ended]> {
	let letGoOn = () => {};
	let firstEnded: Promise<Ended> | undefined;
	await new Promise<void>((resolve) => {
		firstEnded = first((child) => {
			letGoOn = () => child.kill("SIGCONT");
			child.stderr?.once("data", () => {
				child.kill("SIGSTOP");
				resolve();
			});
			child.once("exit", () => resolve());
		});
	});
	const secondEnded = second((child) => {
		child.stderr?.on("data", (text) => {
			if (String(text).includes("Waiting for")) letGoOn();
		});
		child.once("exit", () => letGoOn());
	});
	return Promise.all([firstEnded as Promise<Ended>, secondEnded]);
}

describe("gallery commands", () => {
	it("build, match, add, remove and compact a gallery with pictures", async () => {
		const [first, second] = [await temporaryFolder(), await temporaryFolder()];
		await makePeople(first, 1, "Ann");
		await makePeople(second, 6, "Bea");
		const file = path.join(await temporaryFolder(), "my.gallery");
		// a portrait and an aligned crop each
		const listOf = async () => (await readdir(path.join(file, "pictures"))).length / 2;

		const built = await runCli(["gallery", "build", first, "-o", file, "--pictures"]);
		expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 of 3 photos/) });
		expect(readGallery(file)).toMatchObject({ name: "my", numPeople: 3, numPhotos: 3 });
		expect(await listOf()).toBe(3);

		const grown = await runCli(["gallery", "add", file, second, "--pictures"]);
		expect(grown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^4 of 4 photos/) });
		expect(readGallery(file)).toMatchObject({ numPeople: 7, numPhotos: 7 });
		const again = await runCli(["gallery", "add", file, second, "--pictures"]);
		expect(again.stdout).toMatch(/^0 of 0 photos/);

		const photo = path.join(second, "Bea_1", "0.jpg");
		const found = await runCli(["match", photo, "--gallery", file, "--json", "-k", "2"]);
		expect(JSON.parse(found.stdout).faces[0].matches[0]).toMatchObject({ rank: 1, name: "Bea 1" });

		expect((await runCli(["gallery", "remove", file, "--person", "bea 1"])).code).toBe(0);
		expect((await runCli(["gallery", "remove", file, "--person", "Nobody"])).stderr).toMatch(
			/^INVALID_ARGUMENT/,
		);
		const left = readGallery(file);
		expect(left.rows().map((row) => left.person(left.photo(row).person).name)).not.toContain("Bea 1");

		expect((await runCli(["gallery", "compact", file])).code).toBe(0);
		const { stdout } = await runCli(["gallery", "info", file, "--json"]);
		expect(JSON.parse(stdout)).toMatchObject({ people: 6, photos: 6, removed: 0 });
		expect(await listOf()).toBe(6);
		expect((await readFile(indexFileOf(file))).includes("Bea 1")).toBe(false);
	});

	it("bring back nothing that an audit removed, and nobody whom it touched and who was removed then", async () => {
		const first = await temporaryFolder();
		await makePeople(first, 1, "Ann", 2);
		const file = path.join(await temporaryFolder(), "my.gallery");
		const build = ["gallery", "build", first, "-o", file, "--pictures", "--force"];
		const sourcesIn = () => {
			const gallery = readGallery(file);
			return gallery.rows().map((row) => gallery.source(row));
		};
		expect((await runCli(build)).code).toBe(0);
		const before = sourcesIn();
		expect(before).toHaveLength(6);

		const fixed = await runCli(["gallery", "audit", file, "--fix"]);
		expect(fixed.stdout).toMatch(/^certain near-identical photos +Ann 0/m);
		expect(fixed.stdout).toMatch(/^Removed 3 photos\.$/m);
		const kept = sourcesIn();
		expect(kept).toHaveLength(3);
		expect((await runCli(["gallery", "remove", file, "--person", "Ann 0"])).code).toBe(0);
		const left = kept.filter((source) => !source.startsWith("Ann_0/"));
		expect([sourcesIn(), left.length]).toEqual([left, 2]);

		expect((await runCli(["gallery", "add", file, first, "--pictures"])).code).toBe(0);
		expect(sourcesIn()).toEqual(left);
		expect((await runCli(build)).code).toBe(0);
		expect(sourcesIn().sort()).toEqual(left.toSorted());
		const denied = new DenyList(await readDenyEntries(denyListOf(file)));
		for (const source of before.filter((one) => !left.includes(one)))
			expect(denied.reasonForPhoto(source)).toBe("removed");
		expect(denied.reasonFor({ name: "Ann 0", wikipedia: undefined })).toBe("removed");
		expect(denied.reasonFor({ name: "Ann 1", wikipedia: undefined })).toBeUndefined();
		expect((await runCli(["gallery", "verify", file])).code).toBe(0);
	});

	it("lose nobody when two add at once, to a file and to a folder", async () => {
		const sources = await Promise.all(["Ann", "Bea", "Cay"].map(() => temporaryFolder()));
		await makePeople(sources[0] as string, 1, "Ann");
		await makePeople(sources[1] as string, 6, "Bea");
		await makePeople(sources[2] as string, 4, "Cay");
		const target = await temporaryFolder();
		for (const flags of [[], ["--pictures"]]) {
			const file = path.join(target, `two${flags.length}.gallery`);
			await runCli(["gallery", "build", sources[0] as string, "-o", file, ...flags]);
			const before = readGallery(file).numPhotos;
			const add = (source = "", onStart?: (child: ChildProcess) => void) =>
				runCli(["gallery", "add", file, source, ...flags], onStart);
			const ended = await meetAtTheLock(
				(onStart) => add(sources[1], onStart),
				(onStart) => add(sources[2], onStart),
			);
			expect(ended.map(({ code }) => code)).toEqual([0, 0]);
			expect(ended[1].stderr).toMatch(/Waiting for process \d+ \(gallery add, for \d+ s\)/);
			const added = ended.map(({ stdout }) => Number(/^(\d+) of/.exec(stdout)?.[1]));
			expect(readGallery(file).numPhotos).toBe(before + (added[0] as number) + (added[1] as number));
		}
		expect((await readdir(target)).sort()).toEqual(["two0.gallery", "two1.gallery"]);
	});

	it("go on where an interrupt ended them, to the same gallery", async () => {
		const folder = await temporaryFolder();
		await makePeople(folder, 4, "Cay", 12);
		const target = await temporaryFolder();
		const [whole, resumed] = [path.join(target, "a.gallery"), path.join(target, "b.gallery")];
		const build = (file: string) => ["gallery", "build", folder, "-o", file, "--name", "test"];
		await runCli(build(whole));

		const stopped = await runCli(build(resumed), (child) => {
			child.stderr?.on("data", (text) => {
				if (String(text).includes("photos ")) child.kill("SIGINT");
			});
		});
		expect(stopped.code).toBe(130);
		expect(stopped.stderr).toContain("Run the same command again to go on.");
		expect(await readdir(target)).not.toContain("b.gallery");
		const [journal = ""] = (await readdir(target)).filter((name) => name.endsWith(".journal"));
		const numDone = (await readFile(path.join(target, journal), "utf8")).trimEnd().split("\n").length - 1;
		expect(numDone).toBeGreaterThan(0);
		expect(numDone).toBeLessThan(48);

		expect((await runCli(build(resumed))).code).toBe(0);
		expect(Buffer.compare(await readFile(resumed), await readFile(whole))).toBe(0);
		expect(await readdir(target)).toEqual(["a.gallery", "b.gallery"]);
	});
});
