/** Long work that is done on the thread that answers everybody: it is cut into slices between which others have their turn. */

/** Work that takes longer is cut; what others wait for it is a little more, as it is asked only between its steps. */
const SLICE_MS = 8;

/** Lets other work pass where a slice of time is used up; nothing to wait for where it isn't. */
export type GiveWay = () => Promise<void> | undefined;

/** To be called between the steps of one piece of work; its time counts from here. */
export function createGiveWay(sliceMs = SLICE_MS): GiveWay {
	let start = performance.now();
	return () => {
		if (performance.now() - start < sliceMs) return undefined;
		return new Promise((resolve) => {
			setImmediate(() => {
				start = performance.now();
				resolve();
			});
		});
	};
}

/** As `items.map(work)`, in slices. */
export async function mapInSlices<From, To>(
	items: readonly From[],
	work: (item: From, i: number) => To,
	giveWay = createGiveWay(),
): Promise<To[]> {
	const results: To[] = [];
	for (const [i, item] of items.entries()) {
		results.push(work(item, i));
		await giveWay();
	}
	return results;
}
