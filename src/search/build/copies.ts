/** Rows that the search in the graph cannot tell apart, as their codes are the same: copies, or all but copies. */
import type { EmbeddingStore } from "../parts/embedding-store.ts";

/** For each row the lowest row with the same code: for most the row itself. */
export function firstCopies({ arena, parts, stride, size }: EmbeddingStore): Uint32Array {
	const wordsPerRow = stride / 4;
	const words = arena.uint32(parts.codes, size * wordsPerRow);
	// open addressing, half empty; 0 = free, else 1 + row
	const table = new Uint32Array(2 ** Math.ceil(Math.log2(size * 2 + 2)));
	const mask = table.length - 1;
	return Uint32Array.from({ length: size }, (_, row) => {
		let place = hashOf(words, row * wordsPerRow, wordsPerRow) & mask;
		for (; table[place] !== 0; place = (place + 1) & mask) {
			const other = table[place]! - 1;
			if (areEqual(words, row * wordsPerRow, other * wordsPerRow, wordsPerRow)) return other;
		}
		table[place] = row + 1;
		return row;
	});
}

/** Tells whether two rows, also of those to come, have the same code. */
export function copyTest({ arena, parts, stride }: EmbeddingStore): (row: number, other: number) => boolean {
	const wordsPerRow = stride / 4;
	const words = arena.uint32(parts.codes, parts.capacity * wordsPerRow);
	return (row, other) => areEqual(words, row * wordsPerRow, other * wordsPerRow, wordsPerRow);
}

function areEqual(words: Uint32Array, left: number, right: number, count: number): boolean {
	for (let i = 0; i < count; i++) if (words[left + i] !== words[right + i]) return false;
	return true;
}

/** Multiplying and rotating as MurmurHash3 (Appleby, 2011) does. */
function hashOf(words: Uint32Array, start: number, count: number): number {
	let hash = 0;
	for (let i = start; i < start + count; i++) {
		const word = Math.imul(words[i]!, 0xcc9e2d51);
		hash ^= (word << 15) | (word >>> 17);
		hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
	}
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	return (hash ^ (hash >>> 13)) >>> 0;
}
