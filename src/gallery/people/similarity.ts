/** Cosines between rows of one matrix. */

/** The cosine of two rows of unit length. */
export function similarityOf(
	embeddings: Float32Array,
	dimension: number,
	row: number,
	other: number,
): number {
	const [a, b] = [row * dimension, other * dimension];
	let sum = 0;
	for (let i = 0; i < dimension; i++) sum += (embeddings[a + i] as number) * (embeddings[b + i] as number);
	return sum;
}

/** The rows of each person, in their order. */
export function rowsByPerson(photos: readonly { readonly person: number }[]): Map<number, number[]> {
	const rows = new Map<number, number[]>();
	for (const [row, { person }] of photos.entries()) {
		const known = rows.get(person);
		if (known) known.push(row);
		else rows.set(person, [row]);
	}
	return rows;
}
