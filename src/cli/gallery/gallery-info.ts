/** `gallery info`: what a gallery file holds, and what its index promises. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { isDatabaseAddress } from "../../database-address.ts";
import { indexFileOf, readGallery } from "../../gallery/gallery-store.ts";
import type { Calibration } from "../../search/parts/calibration.ts";
import { count } from "../command.ts";
import { describeDatabase } from "../database/gallery-look.ts";
import { describeFacts, galleryFacts } from "./gallery-facts.ts";

export function addInfoCommand(gallery: Command): void {
	gallery
		.command("info")
		.description("say what a gallery holds")
		.argument("<gallery>", "the gallery")
		.option("--json", "as one JSON object")
		.action(async (file: string, flags: { json?: true }) => {
			if (isDatabaseAddress(file)) return describeDatabase(file, flags.json === true);
			const gallery = readGallery(file);
			const { index } = gallery;
			const present = new Set(gallery.rows().map((row) => index.group(row)));
			const { size: bytes } = await stat(indexFileOf(file));
			const facts = galleryFacts(
				gallery,
				[...present].map((person) => gallery.person(person)),
			);
			const { hasGraph: graph, numRemoved: removed, calibration } = index;
			if (flags.json) {
				console.log(JSON.stringify({ file, bytes, ...facts, graph, removed, calibration }));
				return;
			}
			console.log(
				describeFacts(facts, {
					place: [["file", `${file} (${(bytes / 1e6).toFixed(1)} MB)`]],
					changed: [["removed", `${count(removed, "photo")} since it was built`]],
					index: [["graph", graph ? "yes: neighbours are linked" : "no: too few photos to need one"]],
				}),
			);
			if (calibration) console.log(`\n${describeCalibration(calibration)}`);
		});
}

/** How many levels are shown: every one would be a page of near repetitions. */
const NUM_SHOWN_LEVELS = 8;

/** What the LSH finds of the k nearest people with how much work, as measured when the index was built. */
function describeCalibration({ k, numQueries, exactCost, levels }: Calibration): string {
	const share = (recall: number | null) => (recall === null ? "-" : `${(100 * recall).toFixed(1)} %`);
	const step = Math.max(1, (levels.length - 1) / (NUM_SHOWN_LEVELS - 1));
	const shown = levels.filter((_, i) => Math.round(Math.round(i / step) * step) === i);
	const { known, strangers } = numQueries;
	return [
		`How many of the ${k} nearest people the index (LSH) finds, measured when it was built with ${known} photos`,
		`of people who are in it and ${strangers} of strangers, and its work as a share of the exact search's:`,
		"",
		...alignColumns([
			["in it", "strangers", "work", "how: probes", "votes", "beam"],
			...shown.map(({ numProbes, numVotes, beamWidth, groups, cost }) => [
				...[share(groups.known), share(groups.strangers), `${((100 * cost) / exactCost).toFixed(0)} %`],
				...[`${numProbes}`, `${numVotes}`, `${beamWidth}`],
			]),
		]),
		"",
		...(shown.length < levels.length
			? [`These are ${shown.length} of ${levels.length} settings; --json has all.`]
			: []),
		"Where the exact search has less work, it is the one that answers.",
	].join("\n");
}

/** To the right, as numbers are. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
	const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
	return rows.map((row) => row.map((cell, i) => cell.padStart((widths[i] ?? 0) + 2)).join(""));
}
