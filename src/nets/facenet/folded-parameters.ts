/**
 * Folds what training left behind into what inference needs: batch normalisations into the convolutions before
 * them, a residual block's scale into its projection. Done in float64 and rounded once.
 */
import { AppError } from "../../errors.ts";
import { toOutInHeightWidth } from "../filter-order.ts";
import { tensorOf, type Weights, type WeightTensor } from "../weights.ts";
import type { Stage } from "./architecture.ts";
import { BATCH_NORM_EPSILON, STAGES } from "./architecture.ts";
import { batchNormName, projectionName, type WeightKind } from "./layers.ts";

/** The published tensors, by `weightKey`. */
export type FacenetWeights = Weights;

/** Folded tensors by name: `<layer>/kernel` (out, in, height, width) and `<layer>/bias` of each convolution,
 * `Bottleneck/kernel`, `Bottleneck_BatchNorm/scale` and `Bottleneck_BatchNorm/bias`. */
export type FoldedParameters = Weights;

/** Name of a published tensor, e.g. `Conv2d_1a_3x3/kernel`. */
export function weightKey(layer: string, kind: WeightKind): string {
	return `${layer}/${kind}`;
}

/**
 * @param weights all 490 tensors, shapes already checked
 * @param stages differ from the published network only in tests that want to see a mistake caught
 * @throws AppError INVALID_WEIGHT_FILE where a number is not finite or a variance is negative
 */
export function foldParameters(
	weights: FacenetWeights,
	stages: readonly Stage[] = STAGES,
): Map<string, WeightTensor> {
	const folded = new Map<string, WeightTensor>();
	for (const stage of stages) {
		const units = stage.kind === "residual" || stage.kind === "reduction" ? stage.branches.flat() : [stage];
		for (const unit of units) {
			if (unit.kind !== "conv") continue;
			const { scale, bias } = batchNorm(weights, unit.name);
			addConvolution(folded, unit.name, tensorOf(weights, weightKey(unit.name, "kernel")), scale, bias);
		}
		if (stage.kind === "residual") {
			const name = projectionName(stage.name);
			const bias = tensorOf(weights, weightKey(name, "bias")).data;
			const scaledBias = Float64Array.from(bias, (value) => value * stage.scale);
			const scale = new Float64Array(bias.length).fill(stage.scale);
			addConvolution(folded, name, tensorOf(weights, weightKey(name, "kernel")), scale, scaledBias);
		}
	}
	folded.set("Bottleneck/kernel", tensorOf(weights, weightKey("Bottleneck", "kernel")));
	const { scale, bias } = batchNorm(weights, "Bottleneck");
	folded.set("Bottleneck_BatchNorm/scale", vector(scale));
	folded.set("Bottleneck_BatchNorm/bias", vector(bias));
	for (const [name, { data }] of folded) refuseNonFinite(name, data);
	return folded;
}

/** y = (x - mean) / sqrt(variance + epsilon) + beta, written as x * scale + bias. */
function batchNorm(weights: FacenetWeights, layer: string): { scale: Float64Array; bias: Float64Array } {
	const name = batchNormName(layer);
	const beta = tensorOf(weights, weightKey(name, "beta")).data;
	const mean = tensorOf(weights, weightKey(name, "moving_mean")).data;
	const variance = tensorOf(weights, weightKey(name, "moving_variance")).data;
	const scale = Float64Array.from(variance, (value) => 1 / Math.sqrt(value + BATCH_NORM_EPSILON));
	const bias = Float64Array.from(beta, (value, channel) => value - mean[channel]! * scale[channel]!);
	return { scale, bias };
}

function addConvolution(
	folded: Map<string, WeightTensor>,
	layer: string,
	kernel: WeightTensor,
	scale: Float64Array,
	bias: Float64Array,
): void {
	// in the order of ONNX, so that the faster engine takes it from the file as it is
	const { shape, data } = toOutInHeightWidth(kernel);
	const perFilter = data.length / scale.length;
	for (const [filter, factor] of scale.entries()) {
		const end = (filter + 1) * perFilter;
		for (let i = filter * perFilter; i < end; i++) data[i]! *= factor;
	}
	folded.set(`${layer}/kernel`, { shape, data });
	folded.set(`${layer}/bias`, vector(bias));
}

function vector(values: Float64Array): WeightTensor {
	return { shape: [values.length], data: Float32Array.from(values) };
}

function refuseNonFinite(name: string, data: Float32Array): void {
	const place = data.findIndex((value) => !Number.isFinite(value));
	if (place >= 0) {
		throw new AppError(
			"INVALID_WEIGHT_FILE",
			`Expected finite weights but ${name} becomes ${data[place]} at position ${place}.`,
			{ hint: "The file is damaged or holds another network; fetch it anew." },
		);
	}
}
