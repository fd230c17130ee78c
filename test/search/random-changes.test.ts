/** Indexes that become others, and share their rows with them, beside plain lists: each finds what its own list finds. */
import { expect, it } from "vitest";
import { LshIndex, type LshSearchOptions } from "../../src/search/lsh-index.ts";
import { Random } from "../../src/search/random.ts";
import type { Match } from "../../src/search/vector-index.ts";

const DIMENSION = 6;
const RECALL = 0.9;
/** What float32 leaves of a cosine. */
const ROUNDING = 2e-6;
const NUM_CHANGES = Number(process.env.SEARCH_CHANGES ?? 30);
const FIRST_SEED = Number(process.env.SEARCH_SEED ?? 1);
const NUM_SEEDS = Number(process.env.SEARCH_SEEDS ?? 3);

interface Row {
	readonly vector: Float32Array;
	readonly group: number;
}

/** An index, and what it should have: the row of each number, undefined where it was removed. */
interface Pair {
	readonly index: LshIndex;
	readonly rows: readonly (Row | undefined)[];
}

it.each(Array.from({ length: NUM_SEEDS }, (_, i) => FIRST_SEED + i))("Random changes, seed %i", (seed) => {
	const random = new Random(seed);
	let numFound = 0;
	let numWanted = 0;
	const newVector = () => Float32Array.from({ length: DIMENSION }, () => random.normal());
	const newRows = (count: number, known: readonly (Row | undefined)[]): Row[] =>
		Array.from({ length: count }, () => {
			const copied = random.below(4) === 0 ? known[random.below(Math.max(1, known.length))] : undefined;
			return { vector: copied?.vector ?? newVector(), group: random.below(60) };
		});
	const packed = (rows: readonly Row[]) => ({
		embeddings: Float32Array.from(rows.flatMap(({ vector }) => [...vector])),
		groups: Uint32Array.from(rows, ({ group }) => group),
	});
	const build = (rows: readonly Row[]): Pair => ({
		index: LshIndex.build({
			...{ ...packed(rows), dimension: DIMENSION, pipelineVersion: "test 1", seed },
			precision: random.below(4) === 0 ? "float16" : "float32",
		}),
		rows,
	});
	const liveOf = ({ rows }: Pair) => [...rows.keys()].filter((row) => rows[row] !== undefined);

	const changes: ((pair: Pair) => Pair)[] = [
		({ index, rows }) => {
			const added = newRows(random.below(6) === 0 ? 300 : 1 + random.below(20), rows);
			const { embeddings, groups } = packed(added);
			return { index: index.adding(embeddings, groups), rows: [...rows, ...added] };
		},
		(pair) => {
			const share = random.below(12) === 0 ? 0.9 : 0.05;
			const gone = new Set(liveOf(pair).filter(() => random.uniform() < share));
			const left = pair.rows.map((each, row) => (gone.has(row) ? undefined : each));
			return { index: pair.index.removing(gone), rows: left };
		},
		({ index, rows }) => ({ index: LshIndex.from(index.encode()), rows }),
		({ index, rows }) => ({ index: LshIndex.attach(index.share()), rows }),
		(pair) => {
			const { index, rows } = pair.index.compacted();
			expect([...rows]).toEqual(liveOf(pair));
			return { index, rows: [...rows].map((row) => pair.rows[row]) };
		},
		(pair) => {
			const kept = liveOf(pair).filter(() => random.below(50) > 0);
			const groups = Uint32Array.from(kept, (row) => pair.rows[row]!.group + 1);
			const index = pair.index.keeping(Uint32Array.from(kept), groups);
			if (!index) return pair;
			return { index, rows: kept.map((row, i) => ({ vector: pair.rows[row]!.vector, group: groups[i]! })) };
		},
	];

	const check = (pair: Pair) => {
		const { index, rows } = pair;
		const rounding = index.precision === "float16" ? 1e-3 : ROUNDING;
		const live = liveOf(pair);
		expect([index.size, index.numRemoved]).toEqual([rows.length, rows.length - live.length]);
		const query = random.below(5) === 0 && live.length > 0 ? rows[live[0]!]!.vector : newVector();
		const k = [1, 3, 7, 28, 1000][random.below(5)]!;
		const distinctGroups = random.below(2) === 0;
		const options = {
			distinctGroups,
			...(random.below(3) === 0 && { accept: (group: number) => group % 3 === 0 }),
		};
		const accepted = live.filter((row) => options.accept?.(rows[row]!.group) ?? true);
		const similarities = new Map(accepted.map((row) => [row, cosine(query, rows[row]!.vector)]));
		const best = new Map<number, number>();
		for (const [row, similarity] of similarities) {
			const key = distinctGroups ? rows[row]!.group : row;
			best.set(key, Math.max(best.get(key) ?? -1, similarity));
		}
		const truth = [...best.values()].sort((a, b) => b - a).slice(0, k);
		const checked = (matches: Match[]) => {
			expect(matches).toHaveLength(truth.length);
			expect(new Set(matches.map(({ row, group }) => (distinctGroups ? group : row))).size).toBe(
				truth.length,
			);
			for (const [i, { row, group, similarity }] of matches.entries()) {
				expect(group).toBe(rows[row]?.group);
				expect(Math.abs(similarity - similarities.get(row)!)).toBeLessThan(rounding);
				expect(similarity).toBeLessThanOrEqual(matches[i - 1]?.similarity ?? 2);
			}
			return matches;
		};
		checked(index.exact().search(query, k, options)).forEach(({ similarity }, i) => {
			expect(Math.abs(similarity - truth[i]!)).toBeLessThan(rounding);
		});
		const search = (asked: LshSearchOptions) => checked(index.search(query, k, { ...options, ...asked }));
		search({ strategy: "lsh", recall: 0 });
		search({ settings: { numProbes: 0, numVotes: 1, beamWidth: 1 + random.below(40) } });
		numWanted += truth.length;
		const last = (truth.at(-1) ?? 0) - 2 * rounding;
		numFound += search({ recall: RECALL }).filter(({ similarity }) => similarity >= last).length;
	};

	// several at a time, so that some are changed that are not the newest
	const pairs = [build(newRows(random.below(3) === 0 ? 0 : 700, []))];
	for (let change = 0; change < NUM_CHANGES; change++) {
		const pair = pairs[random.below(pairs.length)]!;
		const choice = random.below(20);
		const next = changes[choice < 10 ? 0 : choice < 15 ? 1 : choice - 14]?.(pair) ?? pair;
		if (pairs.length < 4) pairs.push(next);
		else pairs[random.below(4)] = next;
		for (const each of pairs) check(each);
	}
	expect(numFound / numWanted).toBeGreaterThan(RECALL);
});

function cosine(a: Float32Array, b: Float32Array): number {
	const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
	return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
