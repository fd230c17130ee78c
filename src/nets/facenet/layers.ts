/** The 245 layers that have weights, with the shapes of their 490 tensors, in the order of a Keras weight file. */
import type { ConvUnit, MaxPool, Stage } from "./architecture.ts";
import { POOLED_CHANNELS, STAGES } from "./architecture.ts";

export type WeightKind = "kernel" | "bias" | "beta" | "moving_mean" | "moving_variance";

export interface WeightShape {
	readonly kind: WeightKind;
	/** Kernels: height, width, in, out; the bottleneck's: in, out. */
	readonly shape: readonly number[];
}

export interface WeightedLayer {
	readonly name: string;
	readonly weights: readonly WeightShape[];
}

/** The 1 x 1 convolution with bias that ends a residual block. */
export function projectionName(block: string): string {
	return `${block}_Conv2d_1x1`;
}

/** The batch normalisation of a convolution or of the bottleneck. */
export function batchNormName(layer: string): string {
	return `${layer}_BatchNorm`;
}

/** @param dimension numbers per embedding: 128 or 512 in the published files */
export function weightedLayers(dimension: number): WeightedLayer[] {
	const layers: WeightedLayer[] = [];
	let channels = 3;
	for (const stage of STAGES) {
		layers.push(...stageLayers(stage, channels));
		channels = outChannels(stage, channels);
	}
	layers.push(
		{ name: "Bottleneck", weights: [{ kind: "kernel", shape: [POOLED_CHANNELS, dimension] }] },
		batchNorm("Bottleneck", dimension),
	);
	return layers;
}

function stageLayers(stage: Stage, inChannels: number): WeightedLayer[] {
	if (stage.kind === "maxPool") return [];
	if (stage.kind === "conv") return [convolution(stage, inChannels), batchNorm(stage.name, stage.filters)];
	const layers = branchLayers(stage.branches, inChannels);
	if (stage.kind === "residual") {
		const joined = stage.branches.reduce((sum, branch) => sum + branchChannels(branch, inChannels), 0);
		layers.push({
			name: projectionName(stage.name),
			weights: [
				{ kind: "kernel", shape: [1, 1, joined, inChannels] },
				{ kind: "bias", shape: [inChannels] },
			],
		});
	}
	return layers;
}

/**
 * Keras writes layers by falling distance to the output: of parallel branches, the units that are equally far
 * from the concatenation stand together, first their convolutions in branch order, then the normalisations.
 */
function branchLayers(
	branches: readonly (readonly (ConvUnit | MaxPool)[])[],
	inChannels: number,
): WeightedLayer[] {
	const layers: WeightedLayer[] = [];
	const longest = Math.max(...branches.map((branch) => branch.length));
	for (let distance = longest; distance > 0; distance--) {
		const normalisations: WeightedLayer[] = [];
		for (const branch of branches) {
			const place = branch.length - distance;
			const unit = branch[place];
			if (unit?.kind !== "conv") continue;
			layers.push(convolution(unit, branchChannels(branch.slice(0, place), inChannels)));
			normalisations.push(batchNorm(unit.name, unit.filters));
		}
		layers.push(...normalisations);
	}
	return layers;
}

function convolution(unit: ConvUnit, inChannels: number): WeightedLayer {
	return {
		name: unit.name,
		weights: [{ kind: "kernel", shape: [...unit.kernel, inChannels, unit.filters] }],
	};
}

function batchNorm(layer: string, channels: number): WeightedLayer {
	const kinds = ["beta", "moving_mean", "moving_variance"] as const;
	return { name: batchNormName(layer), weights: kinds.map((kind) => ({ kind, shape: [channels] })) };
}

function outChannels(stage: Stage, inChannels: number): number {
	if (stage.kind === "conv") return stage.filters;
	if (stage.kind === "maxPool" || stage.kind === "residual") return inChannels;
	return stage.branches.reduce((sum, branch) => sum + branchChannels(branch, inChannels), 0);
}

function branchChannels(branch: readonly (ConvUnit | MaxPool)[], inChannels: number): number {
	return branch.reduce((channels, unit) => outChannels(unit, channels), inChannels);
}
