/** `gallery fetch` against a stand-in for Wikimedia: what it takes, what it leaves out, how it behaves, how it goes on. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { cutPortraits, smallWorld } from "../../helpers/wikimedia/small-world.ts";
import { type StandInOptions, startStandIn } from "../../helpers/wikimedia/stand-in.ts";
import type { World } from "../../helpers/wikimedia/world.ts";

let world: World;
beforeAll(async () => {
	const engine = await chooseFaceEngine();
	world = await smallWorld(await cutPortraits(engine));
	await engine.close();
});

async function standIn(options?: StandInOptions) {
	const service = await startStandIn(world, options);
	onTestFinished(() => service.close());
	return service;
}

const fetchInto = (file: string, ...more: string[]) => [
	"gallery",
	"fetch",
	"--preset",
	"film",
	"-o",
	file,
	...more,
];

async function leftOutOf(file: string): Promise<Record<string, string[]>> {
	const lines = (await readFile(path.join(`${file}.staging`, "left-out.jsonl"), "utf8")).trim().split("\n");
	const reasons: Record<string, string[]> = {};
	for (const { id, name, title, reason } of lines.map((line) => JSON.parse(line))) {
		reasons[reason] = [...(reasons[reason] ?? []), title ?? name ?? id];
	}
	return reasons;
}

describe("gallery fetch", () => {
	it("takes lawful portraits with their credits, and says who was left out and why", async () => {
		const wikimedia = await standIn();
		const file = path.join(await temporaryFolder(), "film.gallery");
		const ended = await runCli(fetchInto(file), undefined, wikimedia.environment);
		expect(ended.stderr).not.toMatch(/Error/);
		expect(ended).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/^Fetched 8 people with 9 photos\./),
		});
		expect(wikimedia.offences).toEqual([]);

		const gallery = readGallery(file);
		expect(gallery.people.map(({ name }) => name)).toEqual([
			"Ann",
			"Bob",
			'Dee "D", Jr',
			...[5, 6, 7, 8, 9].map((i) => `Eve ${i}`),
		]);
		expect(gallery.people[0]).toMatchObject({
			wikidata: "Q101",
			wikipedia: "Ann",
			names: { en: "Ann", ru: "Анна" },
			aliases: ["Ann II"],
			knownFor: "who is known as Ann",
			knownForIn: { ru: "человек по имени Ann" },
			birthYear: 1970,
			fame: 3,
			collections: ["film"],
		});
		const credits = gallery.rows().map((row) => gallery.photo(row).credit);
		expect(credits[0]).toMatchObject({
			author: "Ann",
			licence: "CC BY-SA 4.0",
			licenceUrl: "https://creativecommons.org/licenses/by-sa/4.0",
			page: "https://commons.wikimedia.org/wiki/File:Ann_2019.jpg",
			title: "File:Ann 2019.jpg",
			restrictions: "personality",
			retrieved: new Date().toISOString().slice(0, 10),
		});
		expect(credits[1]?.title).toBe("File:Ann again.jpg");
		expect(credits[2]).toMatchObject({ licence: "CC0", title: "File:Bob.jpg" });
		expect(credits[3]).toMatchObject({ licence: "Public domain", author: "Müller & Söhne" });
		expect(gallery.people[2]?.wikidata).toBe("Q900");

		expect(await leftOutOf(file)).toEqual({
			SAME_PICTURE: ["File:Ann in the same picture.jpg"],
			ANOTHER_FACE: ["File:Bob with Ann.jpg"],
			PORTRAIT_OF_ANOTHER: ["File:Ann 2019.jpg"],
			CHECKSUM_MISMATCH: ["File:Cut short.jpg"],
			LICENCE_NOT_REUSABLE: ["File:Non-commercial.jpg"],
			LICENCE_MISSING: ["File:Unlicensed.jpg"],
			AUTHOR_MISSING: ["File:Anonymous.jpg"],
			FILE_REFUSED: ["File:Away.jpg", "File:Gone.jpg", "File:Huge.jpg"],
			MINOR: ["Child"],
			BORN_UNKNOWN: ["Ageless"],
			BORN_TOO_EARLY: ["Painted"],
			NOT_A_PERSON: ["A band"],
			NOT_IN_WIKIDATA: ["Q113"],
			SEVERAL_FACES: ["File:Group.jpg"],
			NOT_A_PHOTO: ["File:Drawn.svg"],
			FILE_MISSING: ["File:Nowhere.jpg"],
			NO_PORTRAIT: expect.arrayContaining(["Twin of Ann", "Group"]),
		});
		const [header] = parse(await readFile(path.join(`${file}.staging`, "people.csv"), "utf8")) as string[][];
		expect(header).toEqual(
			expect.arrayContaining(["photo", "wikidata", "name:ru", "licence", "page", "sha1"]),
		);
	});

	it("is patient with services that are busy, lag, break off or want smaller questions", async () => {
		const wikimedia = await standIn({
			failures: (service, n, query) => {
				if (service === "sparql" && query.includes("?s >= 250 && ?s < 1000)"))
					return n === 0 ? "truncated" : "timeout";
				if (service === "sparql" && query.includes("VALUES ?p")) return n % 2 === 1 ? "429" : undefined;
				if (service === "wikidata") return (["maxlag", "ratelimited", "503"] as const)[n];
				if (service === "commons") return (["hang-up", "maxlag"] as const)[n];
				return (["429-date", "hang-up", "429"] as const)[n];
			},
		});
		const file = path.join(await temporaryFolder(), "film.gallery");
		const ended = await runCli(fetchInto(file, "--limit", "2"), undefined, wikimedia.environment);
		expect(ended).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/^Fetched 2 people with 3 photos/),
		});
		expect(wikimedia.offences).toEqual([]);
		expect(readGallery(file).people.map(({ name }) => name)).toEqual(["Ann", "Bob"]);
	});

	it("goes on after kills, to the same gallery, without downloading a photo twice", async () => {
		const folder = await temporaryFolder();
		const [whole, killed] = [path.join(folder, "a", "film.gallery"), path.join(folder, "b", "film.gallery")];
		const calm = await standIn();
		await runCli(fetchInto(whole, "--name", "x"), undefined, calm.environment);

		const wikimedia = await standIn({ delaysMs: { media: 60 } });
		for (const numSent of [1, 4, 7]) {
			const ended = await runCli(
				fetchInto(killed, "--name", "x"),
				(child) => {
					const timer = setInterval(() => {
						if (wikimedia.sent.size >= numSent) child.kill("SIGKILL");
					}, 5);
					child.on("exit", () => clearInterval(timer));
				},
				wikimedia.environment,
			);
			expect(ended.stdout).toBe("");
		}
		const last = await runCli(fetchInto(killed, "--name", "x"), undefined, wikimedia.environment);
		expect(last.code).toBe(0);
		expect(Buffer.compare(await readFile(killed), await readFile(whole))).toBe(0);
		// what was under way at a kill, two at most, had not arrived
		const again = [...wikimedia.sent.values()].reduce((sum, count) => sum + count - 1, 0);
		expect(again).toBeLessThanOrEqual(3 * 2);
		expect(wikimedia.sent.size).toBe(calm.sent.size);
		const names = await readdir(path.join(`${killed}.staging`, "photos"), { recursive: true });
		expect(names.filter((name) => path.basename(name).startsWith("."))).toEqual([]);
	});

	it("takes more people of the same staging folder without fetching the first ones again", async () => {
		const wikimedia = await standIn();
		const file = path.join(await temporaryFolder(), "film.gallery");
		await runCli(fetchInto(file, "--limit", "2"), undefined, wikimedia.environment);
		const first = new Map(wikimedia.sent);
		const ended = await runCli(fetchInto(file, "--limit", "4", "--force"), undefined, wikimedia.environment);
		expect(ended.stdout).toMatch(/^Fetched 4 people/);
		for (const [photo, count] of first) expect(wikimedia.sent.get(photo), photo).toBe(count);
	});

	it("asks for a contact before it does anything", async () => {
		const folder = await temporaryFolder();
		const ended = await runCli(fetchInto(path.join(folder, "x.gallery")), undefined, {
			WIKIMEDIA_CONTACT: "",
		});
		expect(ended).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/^INVALID_SETTING.*WIKIMEDIA_CONTACT/),
		});
		expect(await readdir(folder)).toEqual([]);
	});
});
