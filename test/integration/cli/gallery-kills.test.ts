/** A gallery survives kill -9; scripts/kills/kill-gallery.ts does the same with more kills. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { KillRuns } from "../../../scripts/kills/kill-runs.ts";
import { layOutPhotos, OPERATIONS } from "../../../scripts/kills/operations.ts";
import { Random } from "../../../src/search/random.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

describe("a killed command", () => {
	it.each(OPERATIONS)(
		"leaves the old gallery or the new one, and ends as if it had not been killed: %s",
		async (operation) => {
			const folder = await temporaryFolder();
			await mkdir(path.join(folder, "runs"));
			const runs = new KillRuns(path.join(folder, "runs"), await layOutPhotos(folder), new Random(5));
			for (const { moments, problems } of await runs.killAll(operation, 1))
				expect(problems, JSON.stringify(moments)).toEqual([]);
		},
	);
});
