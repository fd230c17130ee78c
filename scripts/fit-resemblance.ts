/**
 * Fits the score of src/resemblance/calibration.ts on LFW's DevTrain pairs and holds it against DevTest:
 *
 *     npm run fit:resemblance -- ../shared/faces
 *
 * The folder holds lfw/, pairsDevTrain.txt and pairsDevTest.txt. Prints what to write into calibration.ts.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Progress } from "../src/cli/progress.ts";
import { readConfig } from "../src/config.ts";
import { parsePairs } from "../src/evaluation/lfw.ts";
import { align, decode, detect, EMBEDDING_BATCH, embed } from "../src/pipeline/face-steps.ts";
import { Pipeline } from "../src/pipeline/pipeline.ts";
import { type Calibration, resemblanceOf } from "../src/resemblance/calibration.ts";
import { fitCalibration, type SimilarPair } from "../src/resemblance/fit-calibration.ts";
import { openFaceTools } from "../src/tools.ts";

const folder = process.argv[2] ?? "../shared/faces";
const tools = await openFaceTools(readConfig(), (notice) => console.error(notice));
const [train, test] = await Promise.all(["DevTrain", "DevTest"].map(measurePairs));
await tools.engine.close();

const calibration = fitCalibration(train as SimilarPair[]);
console.log(
	`["${tools.model.pipelineVersion}", { midpoint: ${calibration.midpoint.toFixed(4)}, slope: ${calibration.slope.toFixed(1)} }],`,
);
report("DevTrain", train as SimilarPair[], calibration);
report("DevTest", test as SimilarPair[], calibration);

async function measurePairs(part: string): Promise<SimilarPair[]> {
	const pairs = parsePairs(await readFile(path.join(folder, `pairs${part}.txt`), "utf8"));
	const photos = [...new Set(pairs.flatMap((pair) => pair.photos))];
	const embeddings = new Map<string, Float32Array>();
	const progress = new Progress(part);
	const outcomes = Pipeline.from(photos)
		.step("load", (photo) => readFile(path.join(folder, "lfw", photo)))
		.step("decode", decode(), { concurrency: 2 })
		.step("detect", detect(tools, 1), { concurrency: 2 })
		.step("align", align(tools))
		.batch("embed", embed(tools), { size: EMBEDDING_BATCH })
		.outcomes();
	let numDone = 0;
	for await (const outcome of outcomes) {
		if (outcome.ok) embeddings.set(outcome.input, outcome.value.embeddings[0] as Float32Array);
		progress.update(++numDone, photos.length);
	}
	progress.end();
	return pairs.flatMap(({ photos: [first, second], isSamePerson }) => {
		const [a, b] = [embeddings.get(first), embeddings.get(second)];
		return a && b
			? [{ similarity: a.reduce((sum, value, i) => sum + value * (b[i] as number), 0), isSamePerson }]
			: [];
	});
}

/** How many pairs of each score band really show the same person. */
function report(part: string, pairs: readonly SimilarPair[], calibration: Calibration): void {
	console.log(`\n${part}, ${pairs.length} pairs\n\n| score | pairs | same person |\n| --- | ---: | ---: |`);
	for (const [least, most] of [
		[0, 4],
		[5, 19],
		[20, 49],
		[50, 79],
		[80, 95],
		[96, 100],
	] as const) {
		const band = pairs.filter(({ similarity }) => {
			const { score } = resemblanceOf(similarity, calibration);
			return score >= least && score <= most;
		});
		const numSame = band.filter(({ isSamePerson }) => isSamePerson).length;
		const share = band.length === 0 ? "-" : `${((100 * numSame) / band.length).toFixed(1)} %`;
		console.log(`| ${least} - ${most} | ${band.length} | ${share} |`);
	}
}
