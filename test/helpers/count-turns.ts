/**
 * How many turns of the event loop others have while work goes on.
 *
 * @returns what the work came to, and the turns: a whole number of 0 or more
 * @throws what the work threw
 */
export async function countTurns<T>(
	work: () => Promise<T>,
): Promise<{ readonly result: T; readonly numTurns: number }> {
	let numTurns = 0;
	let isOver = false;
	const count = () => {
		numTurns++;
		if (!isOver) setImmediate(count);
	};
	setImmediate(count);
	try {
		const result = await work();
		return { result, numTurns };
	} finally {
		isOver = true;
	}
}
