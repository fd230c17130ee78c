/**
 * Kills commands at random moments and says whether the gallery was the same afterwards:
 *
 *     npm run check:kills -- [--kills 20] [--seed 1] [--operations append,forget]
 *
 * The number of kills is shared out among the operations of operations.ts. Exits with 1 if anything was lost.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../../src/search/random.ts";
import { setup } from "../../test/helpers/processes/built-cli.ts";
import { KillRuns } from "./kill-runs.ts";
import { layOutPhotos, OPERATIONS } from "./operations.ts";

const { values } = parseArgs({
	options: {
		kills: { type: "string", default: "20" },
		seed: { type: "string", default: "1" },
		operations: { type: "string" },
	},
});
await setup();
const folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-kills-"));
try {
	const runs = new KillRuns(folder, await layOutPhotos(folder), new Random(Number(values.seed)));
	const wanted = values.operations?.split(",");
	const operations = OPERATIONS.filter((operation) => wanted?.includes(operation) ?? true);
	const numEach = Math.ceil(Number(values.kills) / operations.length);
	for (const operation of operations) {
		for (const { moments, problems } of await runs.killAll(operation, numEach)) {
			const when = moments.map((moment) =>
				"afterMs" in moment ? `after ${moment.afterMs} ms` : `at change ${moment.atChange}`,
			);
			console.log(
				`${operation.padEnd(8)} killed ${when.join(" and ")}: ${problems.join("; ") || "the same gallery"}`,
			);
			if (problems.length > 0) process.exitCode = 1;
		}
	}
} finally {
	await rm(folder, { recursive: true });
}
