/** A gallery survives kill -9; scripts/kills/kill-gallery.ts does the same with more kills. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KillRuns } from "../../../scripts/kills/kill-runs.ts";
import { layOutPhotos, OPERATIONS } from "../../../scripts/kills/operations.ts";
import { Random } from "../../../src/search/random.ts";

describe("a killed command", () => {
	let folder: string;
	let runs: KillRuns;
	beforeAll(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
		await mkdir(path.join(folder, "runs"));
		runs = new KillRuns(path.join(folder, "runs"), await layOutPhotos(folder), new Random(5));
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	it.each(OPERATIONS)(
		"leaves the old gallery or the new one, and ends as if it had not been killed: %s",
		async (operation) => {
			for (const { moments, problems } of await runs.killAll(operation, 1))
				expect(problems, JSON.stringify(moments)).toEqual([]);
		},
	);
});
