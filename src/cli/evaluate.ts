/** `evaluate`: how well the approximate search does on a gallery. */
import type { Command } from "commander";
import { readConfig } from "../config/config.ts";
import { evaluateSearch, type SearchFigures } from "../evaluation/evaluate-search.ts";
import { readGallery } from "../gallery/gallery-store.ts";
import { wholeNumber } from "./command.ts";

interface EvaluateFlags {
	readonly gallery?: string;
	readonly k: number;
	readonly queries: number;
	readonly seed: number;
	readonly recall?: string;
	readonly json?: true;
}

export function addEvaluateCommand(program: Command): void {
	program
		.command("evaluate")
		.description(
			"measure recall and speed of the LSH against exact search, on photos held out of the gallery",
		)
		.option("--gallery <file>", "the gallery file (GALLERY)")
		.option("-k, --k <n>", "neighbours", wholeNumber(1), 7)
		.option("--queries <n>", "most held-out photos of each kind", wholeNumber(1), 500)
		.option("--recall <share>", "recall to ask of the LSH, 0 to 1")
		.option("--seed <n>", "seed of the draw and of the index", wholeNumber(0), 1)
		.option("--json", "as one JSON object per kind of query")
		.action(async ({ gallery: file, recall, json, k, queries, seed }: EvaluateFlags) => {
			const gallery = readGallery(readConfig({ GALLERY: file }).galleryFile);
			const figures = evaluateSearch(gallery, {
				k,
				seed,
				numQueries: queries,
				...(recall !== undefined && { recall: Number(recall) }),
			});
			for (const figure of figures) console.log(json ? JSON.stringify(figure) : toText(figure, k));
		});
}

function toText(figures: SearchFigures, k: number): string {
	const { kind, numQueries, photoRecall, peopleRecall, firstIsSame, lshMedianUs, exactMedianUs, chosen } =
		figures;
	return [
		`${numQueries} ${kind === "known" ? "further photos of people in the index" : "photos of people who are not in it"}`,
		`  recall@${k} of photos      ${photoRecall.toFixed(4)}`,
		`  recall@${k} of people      ${peopleRecall.toFixed(4)}`,
		...(firstIsSame === undefined ? [] : [`  same person first      ${firstIsSame.toFixed(4)}`]),
		`  LSH, exact (median)    ${lshMedianUs.toFixed(0)} us, ${exactMedianUs.toFixed(0)} us: ${(exactMedianUs / lshMedianUs).toFixed(1)} times; here the index uses ${chosen === "lsh" ? "the LSH" : "the exact search"}`,
	].join("\n");
}
