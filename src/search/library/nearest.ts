/**
 * The nearest by distances that an index knows less exactly than it tells them: its cosines are rounded, and of distances
 * that are short beside the vectors nothing may be left but that.
 */

/** A vector that a search found. */
export interface Found {
	readonly id: number;
	readonly distance: number;
}

/** Share of the squared distance to the last match that may be wrong without more vectors being compared. */
const NEGLIGIBLE = 0.01;
/** Times as many are compared, and as many again while that is not enough; and at most. */
const MORE = 16;
const MOST = 4096;

/**
 * @param size vectors that there are
 * @param blur by how much squared distances may be wrong in the index
 * @param find the best of the index, so many, nearest first
 */
export function findNearest(
	k: number,
	size: number,
	blur: number,
	find: (count: number) => Found[],
): Found[] {
	const squareOf = (found: readonly Found[], place: number) => (found[place]?.distance ?? 0) ** 2;
	let found = find(k);
	if (found.length < k || blur <= NEGLIGIBLE * squareOf(found, k - 1)) return found;
	const most = Math.min(size, MOST);
	for (let count = k; count < most; ) {
		count = Math.min((count + 1) * MORE, most);
		found = find(count);
		// those left out are, for the index, farther than all of these: for certain, by one blur less on either side
		if (found.length < count || squareOf(found, k - 1) + 2 * blur <= squareOf(found, count - 1)) break;
	}
	return found.slice(0, k);
}
