/** `gallery verify`: a whole gallery is called whole, and a damaged one never, whatever the damage. */
import { cp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import type { GalleryContents } from "../../../src/gallery/gallery.ts";
import type { Check } from "../../../src/gallery/verify/check.ts";
import { verifyGallery } from "../../../src/gallery/verify/verify-gallery.ts";
import { Random } from "../../../src/search/random.ts";
import { addNewcomer, makeGalleryFolder } from "../../helpers/galleries/gallery-folder.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const STRICT = { isAnyLicenceFine: false };

function problemsOf(checks: readonly Check[]): string[] {
	return checks.flatMap(({ name, problems, isMade }) => (isMade ? problems : [`${name} not checked`]));
}

async function verify(place: string): Promise<string[]> {
	return problemsOf(await verifyGallery(place, STRICT));
}

/** Every file below a folder, from it on. */
async function filesOf(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true });
	const found = await Promise.all(
		entries.map(async (name) => ((await stat(path.join(folder, name))).isFile() ? name : "")),
	);
	return found.filter((name) => name !== "").sort();
}

const DAMAGES: readonly ((file: string, random: Random, others: readonly string[]) => Promise<void>)[] = [
	async function flipBit(file, random) {
		const bytes = await readFile(file);
		const at = random.below(bytes.length);
		bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
		await writeFile(file, bytes);
	},
	async function cut(file, random) {
		const bytes = await readFile(file);
		await writeFile(file, bytes.subarray(0, random.below(bytes.length)));
	},
	async function append(file) {
		await writeFile(file, Buffer.concat([await readFile(file), Buffer.from("more")]));
	},
	async function zero(file, random) {
		const bytes = await readFile(file);
		bytes.fill(0, random.below(bytes.length));
		await writeFile(file, bytes);
	},
	(file) => rm(file),
	async function swap(file, random, others) {
		const other = others[random.below(others.length)] as string;
		await rename(file, `${file}.swap`);
		await rename(other, file);
		await rename(`${file}.swap`, other);
	},
];

describe("verifyGallery", () => {
	it("finds the starter gallery and a folder whole", async () => {
		expect(await verify(path.join(PROJECT_FOLDER, "data", "starter.gallery"))).toEqual([]);
		const folder = await makeGalleryFolder(10);
		expect(await verify(folder)).toEqual([]);
		await addNewcomer(folder, "Newcomer");
		expect(await verify(folder)).toEqual([]);
	});

	it("counts one person, and two photos, as one would say it", async () => {
		const checks = await verifyGallery(await makeGalleryFolder(1), STRICT);
		const details = checks.map(({ detail }) => detail);
		expect(details).toContain("1 person, 2 photos");
		expect(details).toContain("2 portraits");
		expect(details.join("\n")).not.toMatch(/\b1 \w+s\b/);
	});

	it("says what is wrong of any damaged file, and never fails itself", async () => {
		const whole = await makeGalleryFolder(10, undefined, 4);
		await addNewcomer(whole, "Newcomer");
		expect(await verify(whole)).toEqual([]);
		const files = await filesOf(whole);
		const random = new Random(7);
		const copies = await temporaryFolder();
		for (let i = 0; i < 180; i++) {
			const copy = path.join(copies, `${i}`);
			await cp(whole, copy, { recursive: true });
			const [target, ...others] = [...random.sample(files.length, files.length)].map(
				(n) => files[n] as string,
			);
			const damage = DAMAGES[i % DAMAGES.length] as (typeof DAMAGES)[number];
			await damage(
				path.join(copy, target as string),
				random,
				others.map((name) => path.join(copy, name)),
			);
			if (await isSame(path.join(whole, target as string), path.join(copy, target as string))) continue;
			// what lies behind the lines that count was never in the gallery
			const isTail = damage.name === "append" && /(additions|credits)\.jsonl$/.test(target as string);
			const problems = await verify(copy);
			expect(problems.length > 0, `${damage.name || "remove"} ${target}: ${problems}`).toBe(!isTail);
			await rm(copy, { recursive: true });
		}
	});

	it("says what is wrong of a damaged single file", async () => {
		const starter = await readFile(path.join(PROJECT_FOLDER, "data", "starter.gallery"));
		const file = path.join(await temporaryFolder(), "a.gallery");
		const random = new Random(8);
		for (let i = 0; i < 25; i++) {
			const bytes = Buffer.from(starter);
			const at = random.below(bytes.length);
			bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
			await writeFile(file, i % 5 === 0 ? bytes.subarray(0, at) : bytes);
			expect(await verify(file), `byte ${at}`).not.toEqual([]);
		}
		expect(await verify(path.join(file, "nothing"))).toContainEqual(
			expect.stringContaining("FILE_NOT_FOUND"),
		);
	});

	it("names files that do not belong to the gallery", async () => {
		const folder = await makeGalleryFolder(3);
		await writeFile(path.join(folder, "notes.txt"), "");
		await writeFile(path.join(folder, "generation-1", ".gallery.index.1-2-01234567.89abcdef.tmp"), "");
		await writeFile(path.join(folder, "pictures", "someone.webp"), "");
		const problems = await verify(folder);
		expect(problems).toHaveLength(3);
		for (const name of ["notes.txt", ".tmp", "pictures/someone.webp"])
			expect(problems).toContainEqual(expect.stringContaining(name));
	});

	it("finds people and photos whom the deny list keeps out", async () => {
		const folder = await makeGalleryFolder(3);
		await writeFile(path.join(folder, "deny.csv"), "name,photo,reason\nPerson 1,,asked\n,0.jpg,blurred\n");
		expect(await verify(folder)).toEqual(["0.jpg is denied: blurred", "Person 1 is denied: asked"]);
	});

	type Change = (contents: GalleryContents) => GalleryContents;
	const withPhotos = (change: (row: number) => object): Change => {
		return (contents) => ({
			...contents,
			photos: contents.photos.map((photo, row) => ({ ...photo, ...change(row) })),
		});
	};
	const credit = { author: "A.", licence: "CC BY 4.0", page: "https://example.org/a" };
	it.each<[problem: string, change: Change]>([
		["0.jpg is row 0 already", withPhotos((row) => (row === 1 ? { source: "0.jpg" } : {}))],
		["does not let everybody show", withPhotos(() => ({ credit: { ...credit, licence: "CC BY-NC 4.0" } }))],
		["wants its author named", withPhotos(() => ({ credit: { ...credit, author: undefined } }))],
		["page: Invalid URL", withPhotos(() => ({ credit: { ...credit, page: "javascript:alert(1)" } }))],
		["no numbers of pixels", withPhotos(() => ({ box: { x: Number.NaN, y: 0, width: 1, height: 1 } }))],
		["pictures/0.webp is missing", withPhotos((row) => (row === 0 ? { picture: "0.webp" } : {}))],
		["picture: Invalid string", withPhotos((row) => (row === 0 ? { picture: "../../../etc/passwd" } : {}))],
		[
			"fame: Too big",
			(contents) => ({ ...contents, people: contents.people.map((person) => ({ ...person, fame: 9 as 3 })) }),
		],
		[
			"none of the person's photos",
			(contents) => ({
				...contents,
				people: contents.people.map((person) => ({ ...person, portrait: "9.jpg" })),
			}),
		],
		["accent: expected a colour", (contents) => ({ ...contents, settings: { accent: "red" } })],
	])("sees through right checksums: %s", async (problem, change) => {
		const problems = await verify(await makeGalleryFolder(3, change));
		expect(problems.join("\n")).toContain(problem);
	});
});

/** Whether damage has changed nothing: a swap of equal files, or white space of the manifest. */
async function isSame(before: string, after: string): Promise<boolean> {
	const [a, b] = await Promise.all(
		[before, after].map((file) => readFile(file).catch(() => Buffer.alloc(0))),
	);
	if (a?.equals(b as Buffer)) return true;
	try {
		return (
			before.endsWith(".json") && JSON.stringify(JSON.parse(`${a}`)) === JSON.stringify(JSON.parse(`${b}`))
		);
	} catch {
		return false;
	}
}
