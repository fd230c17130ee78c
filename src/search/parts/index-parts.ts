/** What an index is made of, in memory and as sections of its file. The frame around these is index-file.ts. */
import type { Calibration } from "./calibration.ts";
import type { EmbeddingStore } from "./embedding-store.ts";
import type { Graph } from "./graph.ts";
import type { Hyperplanes, KnownHashes } from "./hyperplanes.ts";
import type { Removals } from "./removals.ts";

/*
 * section           content, row-major; stride = dimension filled up with zeros to a multiple of 16
 * index/pipeline    UTF-8: the pipeline version, i.e. what made the embeddings
 * index/embeddings  float32 size x stride, unit length; only in version 2
 * index/halves      float16 size x stride, unit length but for rounding; only in version 3
 * index/groups      uint32 size
 * index/mean        float32 stride
 * index/pivots      float32 numPivots x stride
 * index/planes      uint16 3,200 x 2: numbers of pivots
 * index/thresholds  float32 3,200
 * index/sharpness   float32 3,200
 * index/graph       uint32 size x 32: neighbours, ended by 2^32 - 1; only if numNeighbours is 32
 * index/hashes      uint64 50 x size: bit i = side of the table's hyperplane i; only if it was asked for
 * index/removed     uint32: rows that are no longer there, rising; only if there are
 * index/calibration UTF-8: `Calibration` as JSON; only if there were rows enough
 *
 * Files of version 1 have float32 embeddings, always hashes, and rows that are now part of the rest:
 * index/added       float32 numAdded x stride: rows that follow on `size`
 * index/addedGroups uint32 numAdded
 */
export const EMBEDDINGS_SECTION = { float32: "index/embeddings", float16: "index/halves" } as const;
/** Sections of ours; other names are free for what belongs to the rows. */
export const OWN_PREFIX = "index/";

/** What a search works on. */
export interface SearchParts {
	readonly store: EmbeddingStore;
	readonly planes: Hyperplanes;
	readonly graph?: Graph | undefined;
	readonly hashes?: KnownHashes | undefined;
}

/** What an index is made of. */
export interface IndexParts extends SearchParts {
	readonly removals: Removals;
	readonly calibration: Calibration | undefined;
	readonly pipelineVersion: string;
	readonly seed: number;
	/** How one asks for what is like a row (unit length), where that is not the row itself. */
	readonly asQuery?: ((row: Float32Array) => Float32Array) | undefined;
}
