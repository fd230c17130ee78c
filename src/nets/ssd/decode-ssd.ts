/** From the detector's numbers to boxes: each anchor's prediction is relative to the anchor's place and size. */
import type { RawDetections } from "../face-nets.ts";
import type { WeightTensor } from "../weights.ts";
import { ANCHORS_PER_PLACE } from "./network.ts";

/** The tensor among the net's weights that lists its anchors. */
export const ANCHORS = "Output/extra_dim";
/** Side of the frame that the anchors were made for. */
const ANCHOR_FRAME_SIZE = 512;
/** Pixels between two places of the finest grid; each following grid doubles it. */
const FINEST_STRIDE = 16;
/** Numbers by which the training scaled what it predicted: centres and sizes. */
const CENTRE_SCALE = 10;
const SIZE_SCALE = 5;

/** Height and width in pixels of each anchor at a place, per grid: they are the same at all places. */
export type AnchorSizes = readonly (readonly { readonly height: number; readonly width: number }[])[];

/** Anchor sizes from the list of all anchors (top, left, bottom, right as shares of the 512 px frame). */
export function readAnchorSizes({ data }: WeightTensor): AnchorSizes {
	let anchor = 0;
	return ANCHORS_PER_PLACE.map((numAnchors, grid) => {
		const sizes = Array.from({ length: numAnchors }, (_, i) => {
			const [top, left, bottom, right] = data.subarray((anchor + i) * 4, (anchor + i) * 4 + 4);
			return {
				height: (bottom! - top!) * ANCHOR_FRAME_SIZE,
				width: (right! - left!) * ANCHOR_FRAME_SIZE,
			};
		});
		anchor += numAnchors * (ANCHOR_FRAME_SIZE / (FINEST_STRIDE * 2 ** grid)) ** 2;
		return sizes;
	});
}

/**
 * The candidates at or above a score, in pixels of the frame.
 * @param encodings n x 4: shift of the centre down and right, growth of height and width
 * @throws RangeError when the frame has another number of anchors than there are logits
 */
export function decodeSsd(
	frame: { readonly width: number; readonly height: number },
	logits: Float32Array,
	encodings: Float32Array,
	anchorSizes: AnchorSizes,
	minScore: number,
): RawDetections {
	const minLogit = Math.log(minScore / (1 - minScore));
	const boxes: number[] = [];
	const scores: number[] = [];
	let anchor = 0;
	for (const [grid, sizes] of anchorSizes.entries()) {
		const stride = FINEST_STRIDE * 2 ** grid;
		const numRows = Math.ceil(frame.height / stride);
		const numColumns = Math.ceil(frame.width / stride);
		for (let row = 0; row < numRows; row++) {
			for (let column = 0; column < numColumns; column++) {
				for (const { height, width } of sizes) {
					const logit = logits[anchor]!;
					const at = anchor++ * 4;
					if (logit < minLogit) continue;
					const centreY = (row + 0.5) * stride + (encodings[at]! / CENTRE_SCALE) * height;
					const centreX = (column + 0.5) * stride + (encodings[at + 1]! / CENTRE_SCALE) * width;
					const halfHeight = (Math.exp(encodings[at + 2]! / SIZE_SCALE) * height) / 2;
					const halfWidth = (Math.exp(encodings[at + 3]! / SIZE_SCALE) * width) / 2;
					boxes.push(centreY - halfHeight, centreX - halfWidth, centreY + halfHeight, centreX + halfWidth);
					scores.push(1 / (1 + Math.exp(-logit)));
				}
			}
		}
	}
	if (anchor !== logits.length)
		throw new RangeError(`Expected ${anchor} logits but received ${logits.length}.`);
	return { boxes: Float32Array.from(boxes), scores: Float32Array.from(scores) };
}
