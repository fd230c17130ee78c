/** A hand-made comparison: two people on the first photo, one on the second. */
import type { ComparedPair, Comparison } from "../../src/pipeline/compare-photos.ts";
import type { PairWords } from "../../src/resemblance/pair-scale.ts";
import { fakeAnswer } from "./fake-answer.ts";

export async function fakeComparison(files: readonly Uint8Array[]): Promise<Comparison> {
	const { photo, faces } = fakeAnswer({ numFaces: 2 });
	const pairOf = (
		face: number,
		other: ComparedPair["second"],
		strangersBelow: number,
		words: PairWords,
	): ComparedPair => ({
		first: { photo: 0, face },
		second: other,
		similarity: strangersBelow,
		resemblance: { strangersBelow, words },
		isUnclear: false,
	});
	return {
		photos: files.map((_, i) => ({ photo, faces: faces.slice(0, 2 - i), numUnanswered: 0 })),
		pairs:
			files.length > 1
				? [
						pairOf(0, { photo: 1, face: 0 }, 0.9987, "alike"),
						pairOf(1, { photo: 1, face: 0 }, 0.3, "not alike"),
					]
				: [pairOf(0, { photo: 0, face: 1 }, 0.9987, "alike")],
		samePersonShare: 0.91,
	};
}
