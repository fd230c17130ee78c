/**
 * Face verification on Labeled Faces in the Wild, view 1: is it the same person on both photos? DevTrain chooses the
 * threshold, DevTest reports (Huang et al. 2007, "Labeled Faces in the Wild").
 */
import { AppError } from "../errors.ts";

export interface Pair {
	/** Paths below LFW's folder, e.g. "Al_Gore/Al_Gore_0001.jpg". */
	readonly photos: readonly [string, string];
	readonly isSamePerson: boolean;
}

export interface Accuracy {
	/** Share of pairs that were told right, 0 to 1. */
	readonly accuracy: number;
	/** Standard error of that share. */
	readonly standardError: number;
	readonly numPairs: number;
	/** Pairs that were counted wrong because a photo had no face. */
	readonly numWithoutFace: number;
}

/** A pair's similarity; undefined where a photo had no face, which is an error whatever the pair. */
export interface ScoredPair {
	readonly isSamePerson: boolean;
	readonly similarity: number | undefined;
}

/**
 * Reads a pairs file: the number of pairs of each kind, then `name n1 n2` or `name1 n1 name2 n2`, tab-separated.
 * @throws AppError INVALID_GALLERY_LIST that names the line
 */
export function parsePairs(text: string): Pair[] {
	const [, ...lines] = text.trimEnd().split(/\r?\n/);
	return lines.map((line, i) => {
		const [name, number, ...second] = line.split("\t");
		if (!name || !number || second.length < 1 || second.length > 2) {
			throw new AppError(
				"INVALID_GALLERY_LIST",
				`Expected a pair of photos in line ${i + 2} but received "${line}".`,
			);
		}
		const isSamePerson = second.length === 1;
		const [otherName, otherNumber] = isSamePerson ? [name, second[0]!] : [second[0]!, second[1]!];
		return { photos: [photoPath(name, number), photoPath(otherName, otherNumber)], isSamePerson };
	});
}

/** The similarity from which on "same person" is right most often. */
export function chooseThreshold(pairs: readonly ScoredPair[]): number {
	const scored = pairs
		.filter((pair): pair is ScoredPair & { similarity: number } => pair.similarity !== undefined)
		.sort((a, b) => b.similarity - a.similarity);
	let numRight = 0;
	let best = { numRight: 0, threshold: Number.POSITIVE_INFINITY };
	for (const [i, { similarity, isSamePerson }] of scored.entries()) {
		numRight += isSamePerson ? 1 : -1;
		if (numRight <= best.numRight) continue;
		// halfway to the next, so that the threshold is not one photo's own number
		const next = scored[i + 1]?.similarity ?? similarity;
		best = { numRight, threshold: (similarity + next) / 2 };
	}
	return best.threshold;
}

/** How often the threshold tells right. */
export function measureAccuracy(pairs: readonly ScoredPair[], threshold: number): Accuracy {
	const numRight = pairs.filter(
		({ similarity, isSamePerson }) => similarity !== undefined && similarity >= threshold === isSamePerson,
	).length;
	const accuracy = numRight / pairs.length;
	return {
		accuracy,
		standardError: Math.sqrt((accuracy * (1 - accuracy)) / pairs.length),
		numPairs: pairs.length,
		numWithoutFace: pairs.filter(({ similarity }) => similarity === undefined).length,
	};
}

function photoPath(name: string, number: string): string {
	return `${name}/${name}_${number.padStart(4, "0")}.jpg`;
}
