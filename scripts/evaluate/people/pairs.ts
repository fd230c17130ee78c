/**
 * How often two people are called the same person, and two photos of one, by `compare` and by `verify`:
 *
 *     npm run evaluate:pairs -- ../shared/faces [--people 500] [--seed 1]
 *
 * The people are of LFW and not among the strangers that the scale is measured by: everybody with everybody. The groups
 * are what a net sees, see guess-gender.ts.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../../src/config/config.ts";
import { AppError } from "../../../src/errors.ts";
import { misfitRuleOf } from "../../../src/gallery/audit/misfit-rule.ts";
import { foldName } from "../../../src/gallery/people/fold-name.ts";
import { openLookalikeTools } from "../../../src/open-tools.ts";
import { align, decode, detect, embed } from "../../../src/pipeline/face-steps.ts";
import { Pipeline } from "../../../src/pipeline/pipeline.ts";
import { cosine, pairResemblanceOf, pairScaleBy } from "../../../src/resemblance/pair-scale.ts";
import { samePersonCurve } from "../../../src/resemblance/same-person.ts";
import type { Strangers } from "../../../src/resemblance/strangers.ts";
import { Random } from "../../../src/search/random.ts";
import { describeRun, tellRun } from "../../bench/describe-run.ts";
import { openGenderNet } from "./guess-gender.ts";
import { listLfwPhotos } from "./people-photos.ts";

const WORDS = ["same person", "very alike", "alike", "a bit alike", "not alike"] as const;

interface Shown {
	readonly embedding: Float32Array;
	readonly crowd: number;
	readonly gender: "women" | "men";
}

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { people: { type: "string", default: "500" }, seed: { type: "string", default: "1" } },
});
const folder = positionals[0] ?? "../shared/faces";
const seed = Number(values.seed);
const tools = await openLookalikeTools(readConfig(), console.error);
const strangers = tools.strangers as Strangers;
const scale = pairScaleBy(strangers);
const { doubtful } = misfitRuleOf(samePersonCurve(tools.model.pipelineVersion));
const guessGender = await openGenderNet();

/** @returns nothing where no good face is seen */
async function look(photo: string): Promise<Shown | undefined> {
	try {
		const { value } = await Pipeline.from([photo])
			.step("load", (name) => readFile(path.join(folder, name)))
			.step("decode", decode(tools))
			.step("detect", detect(tools, 1))
			.step("align", align(tools))
			.batch("embed", embed(tools), { size: 1 })
			.only();
		const [embedding] = value.embeddings as [Float32Array];
		if (value.faces[0]!.quality.issues.length > 0) return undefined;
		return { embedding, crowd: scale.crowdOf(embedding), gender: await guessGender(value.chips[0]!) };
	} catch (error) {
		if (error instanceof AppError) return undefined;
		throw error;
	}
}

function tell(what: string, pairs: readonly (readonly [Shown, Shown])[]): void {
	const counts = new Map<string, number>();
	let numOne = 0;
	for (const [one, other] of pairs) {
		const similarity = cosine(one.embedding, other.embedding);
		if (similarity >= doubtful) numOne++;
		const { words } = pairResemblanceOf(similarity, [one.crowd, other.crowd], scale);
		counts.set(words, (counts.get(words) ?? 0) + 1);
	}
	const inPercent = (count: number) => ((100 * count) / pairs.length).toFixed(3);
	const shares = WORDS.map((words) => inPercent(counts.get(words) ?? 0));
	console.log(`| ${[what, pairs.length, ...shares, inPercent(numOne)].join(" | ")} |`);
}

const everybody = (shown: readonly Shown[]) =>
	shown.flatMap((one, i) => shown.slice(0, i).map((other): [Shown, Shown] => [one, other]));

const known = new Set(strangers.names.map(foldName));
const others = [...(await listLfwPhotos(folder))].filter(([name]) => !known.has(foldName(name)));
const people: Shown[] = [];
const same: [Shown, Shown][] = [];
for (const i of new Random(seed).sample(others.length, others.length)) {
	if (people.length === Number(values.people)) break;
	const [, [first, second]] = others[i] as [string, readonly string[]];
	const one = await look(first as string);
	if (!one) continue;
	people.push(one);
	const again = second === undefined ? undefined : await look(second);
	if (again) same.push([one, again]);
}
console.log(`${tellRun(describeRun("evaluate:pairs", seed))}\n`);
console.log(`| % of pairs | pairs | ${WORDS.join(" | ")} | \`verify\`: one person |`);
console.log(`| --- | ---: |${" ---: |".repeat(WORDS.length + 1)}`);
tell("two people", everybody(people));
for (const group of ["women", "men"] as const)
	tell(`two ${group}`, everybody(people.filter(({ gender }) => gender === group)));
tell("one person twice", same);
await tools.engine.close();
