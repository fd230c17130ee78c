/** An index to the bytes of its file: the sections that index-parts.ts lists. */
import type { Calibration } from "../parts/calibration.ts";
import { cutNeighbours, NUM_NEIGHBOURS, neighboursOf } from "../parts/graph.ts";
import { choosePrefixBits } from "../parts/hash-tables.ts";
import { hashRows, NUM_BITS, NUM_PLANES, NUM_TABLES } from "../parts/hyperplanes.ts";
import { EMBEDDINGS_SECTION, type IndexParts, OWN_PREFIX } from "../parts/index-parts.ts";
import { encodeFrame, VERSION_OF } from "./index-file.ts";

export interface EncodeOptions {
	/** Whether the rows' hashes go into the file (400 bytes a row), so that a reader need not make them. */
	readonly hashes: boolean;
}

/**
 * @param state how many of the rows, and of the removals
 * @param extraSections by the caller's names
 * @throws RangeError for a name of ours
 */
export function encodeIndex(
	parts: IndexParts,
	{ size, numRemovals }: { readonly size: number; readonly numRemovals: number },
	calibration: Calibration | undefined,
	extraSections: ReadonlyMap<string, Uint8Array>,
	{ hashes }: EncodeOptions,
): Uint8Array<ArrayBuffer> {
	const { store, planes, graph, removals, pipelineVersion, seed } = parts;
	const { arena, stride, dimension } = store;
	const { precision } = store.parts;
	const sections = new Map<string, Uint8Array>([
		["index/pipeline", new TextEncoder().encode(pipelineVersion)],
		[EMBEDDINGS_SECTION[precision], store.rows.bytes(0, size)],
		["index/groups", arena.bytes(store.parts.groups, size * 4)],
		["index/mean", arena.bytes(store.parts.mean, stride * 4)],
		["index/pivots", arena.bytes(planes.pivots, planes.numPivots * stride * 4)],
		["index/planes", arena.bytes(planes.pairs, NUM_PLANES * 4)],
		["index/thresholds", arena.bytes(planes.thresholds, NUM_PLANES * 4)],
		["index/sharpness", arena.bytes(planes.sharpness, NUM_PLANES * 4)],
	]);
	if (numRemovals > 0) {
		sections.set("index/removed", new Uint8Array(removals.slice(0, numRemovals).slice().sort().buffer));
	}
	if (graph) {
		const neighbours = neighboursOf(arena, graph, size).slice();
		cutNeighbours(neighbours, size);
		sections.set("index/graph", new Uint8Array(neighbours.buffer));
	}
	if (hashes) {
		const words = hashRows(store, planes, { known: parts.hashes, numRows: size });
		sections.set("index/hashes", new Uint8Array(words.buffer));
	}
	if (calibration) sections.set("index/calibration", new TextEncoder().encode(JSON.stringify(calibration)));
	for (const [name, bytes] of extraSections) {
		if (name.startsWith(OWN_PREFIX)) {
			throw new RangeError(
				`Expected a section name that does not start with "${OWN_PREFIX}" but received "${name}".`,
			);
		}
		sections.set(name, bytes);
	}
	const parameters = {
		dimension,
		size,
		numTables: NUM_TABLES,
		numBits: NUM_BITS,
		prefixBits: choosePrefixBits(size),
		numPivots: planes.numPivots,
		numNeighbours: graph ? NUM_NEIGHBOURS : 0,
		seed,
		...store.codeScale,
	};
	return encodeFrame(VERSION_OF[precision], parameters, sections);
}
