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
/** Times as many are compared, and as many again while that is not enough; and at most, where not all must be right. */
const MORE = 16;
const MOST = 4096;

/**
 * @param size vectors that there are
 * @param isExact whether as many as it takes are compared
 * @param blur by how much squared distances may be wrong in the index, up to a distance
 * @param find the best of the index, so many, nearest first
 */
export function findNearest(
	k: number,
	size: number,
	isExact: boolean,
	blur: (distance: number) => number,
	find: (count: number) => Found[],
): Found[] {
	const distanceOf = (found: readonly Found[], place: number) => found[place]?.distance ?? 0;
	let found = find(k);
	if (found.length < k) return found;
	const reach = distanceOf(found, k - 1);
	if (blur(reach) <= NEGLIGIBLE * reach ** 2) return found;
	const most = isExact ? size : Math.min(size, MOST);
	for (let count = k; count < most; ) {
		count = Math.min((count + 1) * MORE, most);
		found = find(count);
		// those left out are, for the index, farther than all of these: for certain, by one blur less on either side
		const [last, farthest] = [distanceOf(found, k - 1), distanceOf(found, count - 1)];
		if (found.length < count || last ** 2 + 2 * blur(farthest) <= farthest ** 2) break;
	}
	return found.slice(0, k);
}
