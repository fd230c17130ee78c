/** An index to the bytes of its file: the sections that index-parts.ts lists. */
import { NUM_NEIGHBOURS } from "../parts/graph.ts";
import { hashRows, NUM_BITS, NUM_PLANES, NUM_TABLES } from "../parts/hyperplanes.ts";
import { type IndexParts, OWN_PREFIX } from "../parts/index-parts.ts";
import { encodeFrame } from "./index-file.ts";

/**
 * @param extraSections by the caller's names
 * @throws RangeError for a name of ours
 */
export function encodeIndex(
	parts: IndexParts,
	extraSections: ReadonlyMap<string, Uint8Array>,
): Uint8Array<ArrayBuffer> {
	const { store, planes, tables, graph, calibration, pipelineVersion, seed } = parts;
	const { arena, size, stride, dimension } = store;
	const sections = new Map<string, Uint8Array>([
		["index/pipeline", new TextEncoder().encode(pipelineVersion)],
		["index/embeddings", arena.bytes(store.parts.embeddings, size * stride * 4)],
		["index/groups", arena.bytes(store.parts.groups, size * 4)],
		["index/mean", arena.bytes(store.parts.mean, stride * 4)],
		["index/pivots", arena.bytes(planes.pivots, planes.numPivots * stride * 4)],
		["index/planes", arena.bytes(planes.pairs, NUM_PLANES * 4)],
		["index/thresholds", arena.bytes(planes.thresholds, NUM_PLANES * 4)],
		["index/sharpness", arena.bytes(planes.sharpness, NUM_PLANES * 4)],
		["index/hashes", new Uint8Array(hashRows(store, planes).buffer)],
	]);
	const { added, removed } = parts.changes;
	if (added) {
		const { embeddings, groups } = added.parts;
		sections.set("index/added", added.arena.bytes(embeddings, added.size * stride * 4));
		sections.set("index/addedGroups", added.arena.bytes(groups, added.size * 4));
	}
	if (removed.size > 0) {
		sections.set("index/removed", new Uint8Array(Uint32Array.from(removed).sort().buffer));
	}
	if (graph) sections.set("index/graph", arena.bytes(graph.neighbours, size * NUM_NEIGHBOURS * 4));
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
		prefixBits: tables.prefixBits,
		numPivots: planes.numPivots,
		numNeighbours: graph ? NUM_NEIGHBOURS : 0,
		seed,
		...store.parts.codeScale,
	};
	return encodeFrame(parameters, sections);
}
