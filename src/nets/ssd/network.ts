/**
 * face-api's SSD MobileNet v1 face detector for frames of any size. For that, every strided convolution is padded at
 * its end only: for even sides this is what TensorFlow's "same" does, and for odd ones it keeps the grid of anchors
 * where it is. A back end says how it runs one convolution; what follows what is said here, for all of them.
 */
import { tensorOf, type Weights, type WeightTensor } from "../weights.ts";

/** Anchors per place of each of the six grids that predict, the finest grid first. */
export const ANCHORS_PER_PLACE = [3, 6, 6, 6, 6, 6] as const;

/** A convolution with bias, its batch normalisation folded in. */
export interface SsdConvolution {
	/** Height, width, in channels, out channels; height, width, channels, 1 where it is depthwise. */
	readonly filter: WeightTensor;
	/** One per out channel. */
	readonly bias: Float32Array;
	readonly isDepthwise: boolean;
	readonly stride: 1 | 2;
	/** Zeros around the input. */
	readonly pads: readonly [top: number, left: number, bottom: number, right: number];
	/** Whether the result is clipped to 0 to 6. */
	readonly isClipped: boolean;
}

/** What one grid predicts, place after place in rows, per place anchor after anchor. */
export interface GridPrediction<T> {
	/** One number per anchor. */
	readonly logits: T;
	/** Four numbers per anchor; see `decode-ssd.ts`. */
	readonly encodings: T;
}

/** End padding for stride 2; the second row and column are read only where the side is odd. */
const PAD_AT_END = [0, 0, 2, 2] as const;
const PAD_3X3 = [1, 1, 1, 1] as const;
const NO_PAD = [0, 0, 0, 0] as const;

/** Numbers of the 13 depthwise layers that halve the size. */
const HALVING_LAYERS: ReadonlySet<number> = new Set([2, 4, 6, 12]);

/** The epsilon of the original training graph. */
const BATCH_NORM_EPSILON = 0.0010000000474974513;

/** Numbers per place and anchor in the class predictor; the second is the logit of "face". */
const NUM_CLASS_LOGITS = 3;
const FACE_LOGIT = 1;

/**
 * @param compile turns a convolution into what runs it on the back end's kind of tensor; called once per layer
 * @returns the net: from a frame with values of -1 to 1 to what the six grids predict, the finest grid first
 */
export function buildSsd<T>(
	weights: Weights,
	compile: (layer: SsdConvolution) => (x: T) => T,
): (frame: T) => GridPrediction<T>[] {
	const stages = backbone(weights).map(({ layers, predicts }) => ({
		layers: layers.map(compile),
		predicts,
	}));
	const predictors = ANCHORS_PER_PLACE.map((_, grid) => ({
		logits: compile(faceLogits(weights, predictorName(grid))),
		encodings: compile(predictor(weights, `${predictorName(grid)}/BoxEncodingPredictor`)),
	}));
	return (frame) => {
		const grids: T[] = [];
		let x = frame;
		for (const { layers, predicts } of stages) {
			for (const run of layers) x = run(x);
			if (predicts) grids.push(x);
		}
		return predictors.map(({ logits, encodings }, grid) => ({
			logits: logits(grids[grid]!),
			encodings: encodings(grids[grid]!),
		}));
	};
}

interface Stage {
	readonly layers: readonly SsdConvolution[];
	/** Whether what comes out is one of the grids that predict. */
	readonly predicts: boolean;
}

/** MobileNet and the smaller grids behind it. */
function backbone(weights: Weights): Stage[] {
	const stages: Stage[] = [
		{ layers: [convolution(weights, "MobilenetV1/Conv2d_0_pointwise", 2)], predicts: false },
	];
	for (let layer = 1; layer <= 13; layer++) {
		const name = `MobilenetV1/Conv2d_${layer}`;
		stages.push({
			layers: [
				depthwise(weights, `${name}_depthwise`, HALVING_LAYERS.has(layer) ? 2 : 1),
				convolution(weights, `${name}_pointwise`, 1),
			],
			predicts: layer === 11 || layer === 13,
		});
	}
	for (let layer = 0; layer < 8; layer++) {
		const isHalving = layer % 2 === 1;
		const name = `Prediction/Conv2d_${layer}_pointwise`;
		stages.push({ layers: [convolution(weights, name, isHalving ? 2 : 1)], predicts: isHalving });
	}
	return stages;
}

/** Every layer of stride 2 is 3 x 3, every other 1 x 1. */
function convolution(weights: Weights, name: string, stride: 1 | 2): SsdConvolution {
	return {
		filter: tensorOf(weights, `${name}/weights`),
		bias: tensorOf(weights, `${name}/convolution_bn_offset`).data,
		isDepthwise: false,
		stride,
		pads: stride === 2 ? PAD_AT_END : NO_PAD,
		isClipped: true,
	};
}

function depthwise(weights: Weights, name: string, stride: 1 | 2): SsdConvolution {
	const statistic = (key: string) => tensorOf(weights, `${name}/BatchNorm/${key}`).data;
	const mean = statistic("moving_mean");
	const variance = statistic("moving_variance");
	const gamma = statistic("gamma");
	const beta = statistic("beta");
	const factors = gamma.map((value, i) => value / Math.sqrt(variance[i]! + BATCH_NORM_EPSILON));
	const { shape, data } = tensorOf(weights, `${name}/depthwise_weights`);
	return {
		filter: { shape, data: data.map((value, i) => value * factors[i % factors.length]!) },
		bias: beta.map((value, i) => value - mean[i]! * factors[i]!),
		isDepthwise: true,
		stride,
		pads: stride === 2 ? PAD_AT_END : PAD_3X3,
		isClipped: true,
	};
}

function predictorName(grid: number): string {
	return `Prediction/BoxPredictor_${grid}`;
}

function predictor(weights: Weights, name: string): SsdConvolution {
	return {
		filter: tensorOf(weights, `${name}/weights`),
		bias: tensorOf(weights, `${name}/biases`).data,
		isDepthwise: false,
		stride: 1,
		pads: NO_PAD,
		isClipped: false,
	};
}

/** Of the class predictor only the channels that say "face". */
function faceLogits(weights: Weights, name: string): SsdConvolution {
	const all = predictor(weights, `${name}/ClassPredictor`);
	const isFace = (_: number, i: number) => i % NUM_CLASS_LOGITS === FACE_LOGIT;
	const [height, width, numIn, numOut] = all.filter.shape as [number, number, number, number];
	return {
		...all,
		// the out channel counts fastest, and its number is a multiple of the logits per anchor
		filter: {
			shape: [height, width, numIn, numOut / NUM_CLASS_LOGITS],
			data: all.filter.data.filter(isFace),
		},
		bias: all.bias.filter(isFace),
	};
}
