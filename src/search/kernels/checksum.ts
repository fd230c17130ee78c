/** The index file's checksum: sixteen lanes of XXH32's round (Y. Collet), folded. Every single-bit change is seen. */

const NUM_LANES = 16;
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;

/**
 * @param bytes a multiple of 64 of them, at a multiple of 4
 * @returns 0 to 2^32 - 1
 */
export function checksum(bytes: Uint8Array): number {
	const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
	const lanes = Int32Array.from({ length: NUM_LANES }, (_, lane) => Math.imul(lane + 1, PRIME_1));
	for (let i = 0; i < words.length; i += NUM_LANES) {
		for (let lane = 0; lane < NUM_LANES; lane++) {
			const sum = (lanes[lane] + Math.imul(words[i + lane], PRIME_2)) | 0;
			lanes[lane] = Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
		}
	}
	let hash = bytes.byteLength | 0;
	for (const lane of lanes) hash = Math.imul(((hash << 7) | (hash >>> 25)) ^ lane, PRIME_3);
	return (hash ^ (hash >>> 15)) >>> 0;
}
