/** Parts of the report that hold several results, or several variants, against each other. */
import { AS_ASKED, type BenchResult } from "./bench-result.ts";
import { ratio, show, table } from "./markdown.ts";
import { type Measured, timeAtRecall } from "./measure.ts";

const RECALLS = { known: [0.9, 0.99], strangers: [0.8, 0.95] } as const;
const KINDS = ["known", "strangers"] as const;
type Kind = (typeof KINDS)[number];
/** What `search` chooses from. */
const OURS: readonly string[] = ["graph", "LSH + graph", "exact"];
const RIVALS = ["hnswlib-node", "hnswlib native"];

/** @param results of the same sets on several versions of Node */
export function compareNodes(results: readonly BenchResult[]): string[] {
	const [first] = results;
	if (!first) return [];
	const nodes = [...new Set(results.map(nodeOf))].sort();
	const rows = [...new Set(results.map(({ data }) => data))].flatMap((data) =>
		KINDS.flatMap((kind) =>
			RECALLS[kind].flatMap((recall) => {
				const cells = nodes.flatMap((node) => {
					const result = results.find((each) => each.data === data && nodeOf(each) === node);
					return result ? timesAt(result, kind, recall) : ["", "", ""];
				});
				return cells.every((cell) => cell === "") ? [] : [[data, kind, recall.toFixed(2), ...cells]];
			}),
		),
	);
	return [
		`## ${nodes.join(" and ")}`,
		`The quicker of graph and exact search in microseconds, and how many times as long hnswlib-node and hnswlib native take at equal recall; ${first.machine.replace(/, Node .*/, "")}, seed ${first.seed}, index seed ${first.indexSeed}, commit ${first.commit}, each set on one Node after the other, beside much other work (load 10 to 25), so that single cells are worth less than those of the tables below.`,
		table(["set", "kind", "recall", ...nodes.flatMap((node) => [`${node} µs`, "npm", "native"])], rows),
	];
}

/** Whose distances are told: little effort, some, and much. */
const SETTINGS_COMPARED: Readonly<Record<string, readonly string[]>> = {
	[AS_ASKED]: ["recall 0.95"],
	LSH: ["50 probes, 1 votes", "400 probes, 2 votes", "3200 probes, 2 votes"],
	"original algorithm": ["exact bucket match"],
};

/** The original told how good its answers were by how far they were from the query beside the true nearest. */
export function compareDistances(results: readonly BenchResult[]): string[] {
	const [first] = results;
	if (!first) return [];
	const node = nodeOf(first);
	const rows = results
		.filter((result) => nodeOf(result) === node)
		.flatMap(({ data, points }) =>
			points
				.filter(({ name, setting }) => (SETTINGS_COMPARED[name] ?? []).includes(setting))
				.map(({ name, setting, recall, farther }) => [
					data,
					name,
					setting,
					...KINDS.flatMap((kind) => [show(recall[kind], 3), show(farther?.[kind] ?? null, 4)]),
				]),
		);
	return [
		"## Distances",
		`How far the seventh match is beside the true seventh (mean of the quotients of the Euclidean distances, as the original compared them; of answers with seven matches). "LSH" are 50 tables of 64 hyperplanes alone, "${AS_ASKED}" is what \`search\` answers for a recall, by default 0.95. The original's exact buckets seldom hold seven.`,
		table(["set", "engine", "setting", "known", "distance", "strangers", "distance"], rows),
	];
}

/** @param result whose engines are variants of the search in the graph, the first being the search as it is */
export function compareParts(result: BenchResult): string[] {
	const { data, command, machine, seed, commit, points } = result;
	const names = [...new Set(points.map(({ name }) => name))];
	const timeOf = (name: string, kind: Kind, recall: number) =>
		timeAtRecall(
			points.filter((point) => point.name === name),
			kind,
			recall,
		);
	const columns = KINDS.flatMap((kind) => RECALLS[kind].map((recall) => ({ kind, recall })));
	const rows = names.map((name, i) => [
		name,
		...columns.map(({ kind, recall }) => {
			const us = timeOf(name, kind, recall);
			return i === 0 ? `${show(us)} µs` : ratio(us, timeOf(names[0] as string, kind, recall));
		}),
	]);
	return [
		`## What each part is worth, ${data}, ${nodeOf(result)}`,
		`Time at equal recall of the search in the graph, and how many times as long it takes with one part put otherwise; ${machine}; \`${command}\`, seed ${seed}, commit ${commit}. The dot product of relaxed SIMD, tried and left out, stands above.`,
		table(["search", ...columns.map(({ kind, recall }) => `${kind}, ${recall}`)], rows),
	];
}

function timesAt({ points }: BenchResult, kind: Kind, recall: number): string[] {
	if (points.every((point) => point.recall[kind] === null)) return ["", "", ""];
	const timeOf = (names: readonly string[]) =>
		timeAtRecall(
			points.filter(({ name }: Measured) => names.includes(name)),
			kind,
			recall,
		);
	const ours = timeOf(OURS);
	return [show(ours), ...RIVALS.map((name) => ratio(timeOf([name]), ours))];
}

function nodeOf({ machine }: BenchResult): string {
	return machine.replace(/^.*(Node \d+).*$/, "$1");
}
