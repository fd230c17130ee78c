/** The indexes that npm offers beside ours, built once and kept in cache/: hnswlib-node (float32) and usearch (float32, int8). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import hnswlib from "hnswlib-node";
import { Index, MetricKind, ScalarKind } from "usearch";
import { fileNameOf } from "../../describe-run.ts";
import { type BenchData, DIMENSION } from "../data-sets.ts";

type DataSettings = Readonly<Record<string, string | number>>;

/** HNSW's usual parameters, the same for both. */
const CONNECTIVITY = 16;
const EXPANSION_ADD = 200;

/** Where `npm run native` leaves what it has compiled. */
const NATIVE = fileURLToPath(new URL("../native/node_modules/hnswlib-node", import.meta.url));

/** An index that can be asked, with one knob. */
export interface Rival {
	readonly name: string;
	readonly buildSeconds: number;
	readonly bytesPerVector: number;
	readonly widths: readonly number[];
	/** Sets how much is looked at (ef, expansion_search). */
	setWidth(width: number): void;
	/** Rows of the k nearest. */
	search(query: Float32Array, k: number): number[];
}

/**
 * As npm compiles it, and where it is there as `npm run native` does, for this very processor; over one graph.
 * @param settings all that shapes the rows, for the cache
 */
export function openHnswlib(data: BenchData, settings: DataSettings): Rival[] {
	const size = data.groups.length;
	const file = cacheFile(`${data.name} hnswlib`, settings);
	const { buildSeconds, bytes } = buildOnce(file, () => {
		const index = new hnswlib.HierarchicalNSW("ip", DIMENSION);
		index.initIndex({ maxElements: size, m: CONNECTIVITY, efConstruction: EXPANSION_ADD, randomSeed: 1 });
		for (let i = 0; i < size; i++) {
			index.addPoint([...data.embeddings.subarray(i * DIMENSION, (i + 1) * DIMENSION)], i);
			if (i % 20_000 === 0) console.error(`hnswlib-node: ${i} of ${size}`);
		}
		index.writeIndexSync(file);
	});
	const libraries = {
		"hnswlib-node": hnswlib,
		...(existsSync(NATIVE) && { "hnswlib native": requireNative() }),
	};
	return Object.entries(libraries).map(([name, { HierarchicalNSW }]) => {
		const index = new HierarchicalNSW("ip", DIMENSION);
		index.readIndexSync(file);
		return {
			name,
			buildSeconds,
			bytesPerVector: bytes / size,
			widths: [8, 12, 16, 24, 32, 48, 64, 96, 128, 200, 300],
			setWidth: (width) => index.setEf(width),
			// its interface takes arrays; the conversion is part of using it
			search: (query, k) => index.searchKnn(Array.from(query), k).neighbors,
		};
	});
}

/**
 * @param settings all that shapes the rows, for the cache
 * @param quantization "f32" or "i8"
 */
export function openUsearch(data: BenchData, settings: DataSettings, quantization: "f32" | "i8"): Rival {
	const size = data.groups.length;
	const file = cacheFile(`${data.name} usearch ${quantization}`, settings);
	const config = (width: number) => ({
		dimensions: DIMENSION,
		metric: MetricKind.Cos,
		quantization: quantization === "i8" ? ScalarKind.I8 : ScalarKind.F32,
		connectivity: CONNECTIVITY,
		expansion_add: EXPANSION_ADD,
		expansion_search: width,
		multi: false,
	});
	const { buildSeconds, bytes } = buildOnce(file, () => {
		const index = new Index(config(64));
		for (let i = 0; i < size; i++) {
			index.add(BigInt(i), data.embeddings.subarray(i * DIMENSION, (i + 1) * DIMENSION), 1);
			if (i % 20_000 === 0) console.error(`usearch ${quantization}: ${i} of ${size}`);
		}
		index.save(file);
	});
	// the width is fixed when an index is made, so there is one per width, all over the same mapped file
	const indexes = new Map<number, Index>();
	let current: Index | undefined;
	return {
		name: `usearch ${quantization}`,
		buildSeconds,
		bytesPerVector: bytes / size,
		widths: [8, 16, 24, 32, 48, 64, 96, 128, 200, 300],
		setWidth: (width) => {
			current = indexes.get(width);
			if (current) return;
			current = new Index(config(width));
			current.view(file);
			indexes.set(width, current);
		},
		search: (query, k) => Array.from(current?.search(query, k, 1).keys ?? [], Number),
	};
}

function requireNative(): typeof hnswlib {
	return createRequire(import.meta.url)(NATIVE);
}

/** Builds when the file is not there; remembers how long it took. */
function buildOnce(file: string, build: () => void): { buildSeconds: number; bytes: number } {
	const notes = `${file}.json`;
	if (!existsSync(notes)) {
		const start = performance.now();
		build();
		const bytes = readFileSync(file).byteLength;
		writeFileSync(notes, JSON.stringify({ buildSeconds: (performance.now() - start) / 1000, bytes }));
	}
	return JSON.parse(readFileSync(notes, "utf8"));
}

function cacheFile(name: string, settings: DataSettings): string {
	const folder = new URL("../cache/", import.meta.url);
	mkdirSync(folder, { recursive: true });
	return fileURLToPath(new URL(`${fileNameOf(name, settings)}.index`, folder));
}
