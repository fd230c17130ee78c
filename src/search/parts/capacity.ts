/** How much room an index gets for rows to come. Memory that is not touched yet costs addresses only. */
import { NUM_NEIGHBOURS } from "./graph.ts";

/** At least so many more rows. */
const MIN_SPARE = 1024;
/** Of the 4 GiB that an arena can have: some is for searches. */
const MAX_BYTES = 3.5 * 2 ** 30;
/** Of a row, beside its embedding and its codes: group, neighbours, removal, and who met it in two beams. */
const OTHER_BYTES = 4 + NUM_NEIGHBOURS * 4 + 8 + 4;

/**
 * @param stride numbers from one row to the next
 * @param spareShare further rows, as a share of `size`
 * @returns at least `size`
 */
export function roomFor(size: number, stride: number, spareShare = 1 / 8): number {
	const wanted = size + Math.max(MIN_SPARE, Math.ceil(size * spareShare));
	const most = Math.floor(MAX_BYTES / spareBytes(1, stride));
	return Math.max(size, Math.min(wanted, most));
}

/** What room for so many rows would take if it were used. */
export function spareBytes(numRows: number, stride: number): number {
	return numRows * (stride * 5 + OTHER_BYTES);
}
