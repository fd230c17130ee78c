/** Rectangles: overlap, and keeping one box per face. */
import type { Box, Detection } from "../face-engine.ts";

/** Shared area over joint area of two boxes, 0 (apart) to 1 (the same). */
export function intersectionOverUnion(a: Box, b: Box): number {
	const shared = sharedArea(a, b);
	const joint = a.width * a.height + b.width * b.height - shared;
	return joint > 0 ? shared / joint : 0;
}

/** Shared area over the area of the smaller box: near 1 where one box lies inside the other. */
export function intersectionOverSmaller(a: Box, b: Box): number {
	const smaller = Math.min(a.width * a.height, b.width * b.height);
	return smaller > 0 ? sharedArea(a, b) / smaller : 0;
}

/**
 * Greedy non-maximum suppression: best score first, each box dropped that overlaps a better one.
 * @param maxOverlap greatest overlap that two kept boxes may have, 0 to 1
 * @param overlap how overlap is measured; default intersection over union
 */
export function suppressOverlaps<T extends Detection>(
	detections: readonly T[],
	maxOverlap: number,
	overlap: (a: Box, b: Box) => number = intersectionOverUnion,
): T[] {
	const kept: T[] = [];
	for (const candidate of detections.toSorted((a, b) => b.score - a.score)) {
		if (kept.every((better) => overlap(better.box, candidate.box) <= maxOverlap)) kept.push(candidate);
	}
	return kept;
}

function sharedArea(a: Box, b: Box): number {
	const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
	return width > 0 && height > 0 ? width * height : 0;
}
