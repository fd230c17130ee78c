/**
 * The number crunching of the search, behind one interface with two implementations that give the same bits:
 * `simd` (WebAssembly) does the work, `scalar` (TypeScript) is its judge and its replacement where asked for.
 *
 * All pointers are byte offsets into one memory, aligned to their numbers. A vector has `length` numbers, a multiple of 16
 * (shorter ones are padded with zeros). Nothing is checked here: callers are the classes of search/.
 */
export type KernelKind = "simd" | "scalar";
export const KERNEL_KINDS: readonly KernelKind[] = ["simd", "scalar"];

export interface Kernels {
	readonly kind: KernelKind;

	/** Float32 dot products of the query with `count` consecutive rows; `out` = count float32. */
	dots(query: number, rows: number, count: number, length: number, out: number): void;

	/** The same for the rows that the uint32 list at `ids` names. */
	dotsAt(query: number, rows: number, ids: number, count: number, length: number, out: number): void;

	/**
	 * The same of rows of float16, which rounding has left a little longer or shorter than 1: divided by their length.
	 * For finite numbers only, as `half.ts` reads them.
	 */
	halfCosinesAt(query: number, rows: number, ids: number, count: number, length: number, out: number): void;

	/** Int16 query times int8 codes, summed in int32, for the rows that `ids` names; `out` = count int32. */
	scoresAt(query: number, codes: number, ids: number, count: number, length: number, out: number): void;

	/**
	 * The same for rows `first` to `first + count - 1`, keeping only scores >= `threshold`.
	 * @returns how many row numbers (uint32) were written to `outRows` and scores (int32) to `outScores`
	 */
	scan(
		query: number,
		codes: number,
		first: number,
		count: number,
		length: number,
		threshold: number,
		outRows: number,
		outScores: number,
	): number;

	/**
	 * A beam is the best rows in view of a search in the graph. At `beam` lie, as uint32: its size, its width (how many
	 * rows it has room for), the number of the search (1 to 65535), 13 of no meaning, 32 for a list of neighbours; then
	 * `width` rows, best first, and `width` scores (int32). Rows whose neighbours were scored have bit 31 set.
	 * `lastMet` holds a uint16 per row: the number of the search that met it last.
	 *
	 * Scores the rows that `ids` names, each for the first time in this search, and takes the best into the beam.
	 */
	offerToBeam(
		query: number,
		codes: number,
		ids: number,
		count: number,
		length: number,
		beam: number,
		lastMet: number,
	): void;

	/**
	 * Goes on from the best row of the beam whose neighbours were not scored, until there is none. `neighbours` holds
	 * 32 rows (uint32) per row, shorter lists ended by 2^32 - 1.
	 * @returns how many rows were scored
	 */
	runBeam(
		query: number,
		codes: number,
		length: number,
		neighbours: number,
		beam: number,
		lastMet: number,
	): number;

	/**
	 * Of the `count` different rows that `ids` names, those after the first that it is to be linked with: nearest first (by
	 * Euclidean distance of the int8 codes, then by number), those that are not nearer to any chosen before than to the
	 * first, at most `limit`; and while these are fewer than `least`, the nearest of the rest too.
	 * @param work room for 4 x `count` numbers of 4 bytes
	 * @param out uint32, the rows that were chosen
	 * @returns how many
	 */
	chooseDiverse(
		codes: number,
		ids: number,
		count: number,
		length: number,
		limit: number,
		least: number,
		work: number,
		out: number,
	): number;

	/** codes[i][j] = round to even((rows[i][j] - mean[j]) * scale), limited to -127 to 127. */
	quantise(rows: number, mean: number, count: number, length: number, scale: number, out: number): void;

	/**
	 * Signed distances of the hyperplanes from a point: out[i] = projections[pairs[2i]] - projections[pairs[2i + 1]]
	 * - thresholds[i], float32; `pairs` are uint16, `count` is even.
	 */
	planeDistances(projections: number, pairs: number, thresholds: number, count: number, out: number): void;

	/** Bit i of the uint64 list at `out` is 1 where distance i > 0; `count` is a multiple of 64. */
	packBits(distances: number, count: number, out: number): void;

	/** See checksum.ts. */
	checksum(start: number, byteLength: number): number;
}
