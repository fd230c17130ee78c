/** Fetching people on real models against a stand-in that changes, or fails, between two runs. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import type { FaceEngine } from "../../src/faces/face-engine.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { fetchPeople } from "../../src/pipeline/fetch-people.ts";
import { WikimediaClient } from "../../src/wikimedia/http/wikimedia-client.ts";
import type { FinishedPerson } from "../../src/wikimedia/staging/finished-person.ts";
import { StagingFolder } from "../../src/wikimedia/staging/staging-folder.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { cutPortraits } from "../helpers/wikimedia/small-world.ts";
import { type StandInOptions, startStandIn } from "../helpers/wikimedia/stand-in.ts";
import type { World, WorldPerson } from "../helpers/wikimedia/world.ts";

let engine: FaceEngine;
let portraits: Buffer[];
beforeAll(async () => {
	engine = await chooseFaceEngine();
	portraits = await cutPortraits(engine);
});
afterAll(() => engine.close());

const NAMES = ["Ann", "Bob", "Cid"] as const;

/** Three people with a portrait each, the first one the best known. */
function worldOf(changes: Partial<Record<(typeof NAMES)[number], Partial<WorldPerson>>> = {}): World {
	return {
		people: NAMES.map((name, i) => ({
			id: `Q${i + 1}`,
			name,
			sitelinks: 300 - i,
			born: "1970-05-01T00:00:00Z",
			images: [`File:${name}.jpg`],
			...changes[name],
		})),
		files: NAMES.map((name, i) => ({ title: `File:${name}.jpg`, bytes: portraits[i] as Buffer })),
		categories: {},
	};
}

async function fetchFrom(
	folder: string,
	world: World,
	options: StandInOptions = {},
): Promise<FinishedPerson[]> {
	const wikimedia = await startStandIn(world, options);
	onTestFinished(() => wikimedia.close());
	const { wikimedia: services } = readConfig({}, wikimedia.environment);
	const staging = await StagingFolder.open(folder, "settings");
	try {
		return await fetchPeople(
			{
				selection: { who: { preset: "film" }, bornAfter: 1840 },
				limit: NAMES.length,
				languages: ["en"],
				photosPerPerson: 2,
				width: 500,
			},
			{
				engine,
				model: embeddingModel("face-api"),
				readPhoto: () => Promise.reject(new Error("Every face is known.")),
				journal: { find: async () => undefined, add: async () => {} },
				client: new WikimediaClient(services, { version: "1", retryDelayMs: 1 }),
				staging,
				rules: {},
				portraitRule: { agreeing: 0.9 },
				today: "2026-11-28",
			},
			() => {},
		);
	} finally {
		await staging.close();
	}
}

/** Who has how many photos, and else why not. */
function outcomesOf(people: readonly FinishedPerson[]): string[] {
	return people.map(({ candidate, id, photos, leftOut }) =>
		[candidate, id, photos.length, ...leftOut.map(({ reason }) => reason)].join(" "),
	);
}

describe("fetchPeople", () => {
	it("leaves out whose photo does not come, and asks for it again the next time", async () => {
		const folder = await temporaryFolder();
		const failures: StandInOptions["failures"] = (_service, _n, query) =>
			query.includes("Bob") ? "hang-up" : undefined;
		expect(outcomesOf(await fetchFrom(folder, worldOf(), { failures }))).toEqual([
			"Q1 Q1 1",
			"Q2 Q2 0 FILE_UNSERVED NO_PORTRAIT",
			"Q3 Q3 1",
		]);
		expect(outcomesOf(await fetchFrom(folder, worldOf()))).toEqual(["Q1 Q1 1", "Q2 Q2 1", "Q3 Q3 1"]);
	});

	it("calls nobody done while no photo comes at all", async () => {
		const folder = await temporaryFolder();
		const failures: StandInOptions["failures"] = (service) => (service === "media" ? "503" : undefined);
		await expect(fetchFrom(folder, worldOf(), { failures })).rejects.toMatchObject({
			code: "DOWNLOAD_FAILED",
			hint: expect.stringContaining("later"),
		});
		expect(outcomesOf(await fetchFrom(folder, worldOf()))).toEqual(["Q1 Q1 1", "Q2 Q2 1", "Q3 Q3 1"]);
	});

	it.each([
		[["Bob"], { Bob: { redirectTo: "Q1" } }, ["Q1 Q1 1", "Q2 Q2 0 SAME_PERSON", "Q3 Q3 1"]],
		[["Ann"], { Ann: { redirectTo: "Q3" } }, ["Q1 Q1 0 SAME_PERSON", "Q2 Q2 1", "Q3 Q3 1"]],
		[["Bob", "Cid"], { Bob: { redirectTo: "Q3" } }, ["Q1 Q1 1", "Q2 Q3 1", "Q3 Q3 0 SAME_PERSON"]],
	])(
		"takes nobody twice whose entries were joined since: %j were not done",
		async (left, changes, expected) => {
			const folder = await temporaryFolder();
			const failures: StandInOptions["failures"] = (_service, _n, query) =>
				left.some((name) => query.includes(name)) ? "503" : undefined;
			await fetchFrom(folder, worldOf(), { failures });
			expect(outcomesOf(await fetchFrom(folder, worldOf(changes)))).toEqual(expected);
		},
	);

	it("goes on where what Wikidata calls a category can be none", async () => {
		const folder = await temporaryFolder();
		const people = await fetchFrom(folder, worldOf({ Ann: { category: "[[Ann]]" } }));
		expect(outcomesOf(people)).toEqual(["Q1 Q1 1 CATEGORY_REFUSED", "Q2 Q2 1", "Q3 Q3 1"]);
	});
});
