/** `gallery info`: what a gallery file holds, and what its index promises. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { indexFileOf, readGallery } from "../../gallery/gallery-store.ts";
import type { Calibration } from "../../search/parts/calibration.ts";

export function addInfoCommand(gallery: Command): void {
	gallery
		.command("info")
		.description("say what a gallery file holds")
		.argument("<file>", "the gallery file")
		.option("--json", "as one JSON object")
		.action(async (file: string, flags: { json?: true }) => {
			const gallery = readGallery(file);
			const { index } = gallery;
			const present = new Set(gallery.rows().map((row) => index.group(row)));
			const collections = new Map<string, number>();
			for (const collection of [...present].flatMap((person) => gallery.person(person).collections)) {
				collections.set(collection, (collections.get(collection) ?? 0) + 1);
			}
			const info = {
				file,
				bytes: (await stat(indexFileOf(file))).size,
				name: gallery.name,
				people: present.size,
				photos: gallery.numPhotos,
				collections: Object.fromEntries(collections),
				dimension: index.dimension,
				pipelineVersion: gallery.pipelineVersion,
				graph: index.hasGraph,
				removed: index.numRemoved,
			};
			if (flags.json) {
				console.log(JSON.stringify({ ...info, calibration: index.calibration }));
				return;
			}
			for (const [key, value] of Object.entries(info)) {
				console.log(`${key.padEnd(16)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
			}
			if (index.calibration) console.log(describeCalibration(index.calibration));
		});
}

/** What the LSH finds of the k nearest people with how much work, as measured when the index was built. */
function describeCalibration({ k, numQueries, exactCost, levels }: Calibration): string {
	const share = (recall: number | null) => (recall === null ? "-" : recall.toFixed(3)).padStart(9);
	return [
		`recall@${k} of people, on ${numQueries.known} held-out photos of known people and ${numQueries.strangers} of strangers`,
		"  probes  votes   beam    known strangers  work of the exact search",
		...levels.map(({ numProbes, numVotes, beamWidth, groups, cost }) => {
			const settings = [numProbes, numVotes, beamWidth].map((value) => String(value).padStart(7)).join("");
			return ` ${settings}${share(groups.known)} ${share(groups.strangers)}  x ${(cost / exactCost).toFixed(2)}`;
		}),
	].join("\n");
}
