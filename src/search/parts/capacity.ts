/** How much room an index gets for rows to come. Memory that is not touched yet costs addresses only. */
import { NUM_NEIGHBOURS } from "./graph.ts";
import { BYTES_PER_NUMBER, type Precision } from "./rows.ts";

/** At least so many more rows. */
const MIN_SPARE = 1024;
/** Of the 4 GiB that an arena can have: some is for searches. */
const MAX_BYTES = 3.5 * 2 ** 30;
/** Of a row, beside its embedding and its codes: group, neighbours, removal, and who met it in two beams. */
const OTHER_BYTES = 4 + NUM_NEIGHBOURS * 4 + 8 + 4;

/**
 * @param rowBytes as `rowBytesOf` gives them
 * @param spareShare further rows, as a share of `size`
 * @returns at least `size`
 */
export function roomFor(size: number, rowBytes: number, spareShare = 1 / 8): number {
	const wanted = size + Math.max(MIN_SPARE, Math.ceil(size * spareShare));
	const most = Math.floor(MAX_BYTES / rowBytes);
	return Math.max(size, Math.min(wanted, most));
}

/**
 * What one row takes of an arena, in all.
 * @param stride numbers from one row to the next
 */
export function rowBytesOf(stride: number, precision: Precision): number {
	return stride * (BYTES_PER_NUMBER[precision] + 1) + OTHER_BYTES;
}
