/** Walks the description of Inception-ResNet-v1 and has a back end do each operation, on tensors or on a graph. */
import type { ConvUnit, MaxPool, Stage } from "./architecture.ts";
import { STAGES } from "./architecture.ts";
import { projectionName } from "./layers.ts";

export interface ConvSettings {
	/** Height and width. */
	readonly kernel: readonly [number, number];
	readonly stride: 1 | 2;
	readonly padding: "same" | "valid";
	readonly hasRelu: boolean;
}

/**
 * What a back end can do with its own kind of tensor. Parameters are asked for by layer name; they are the
 * folded ones of `folded-parameters.ts`.
 */
export interface NetworkOperations<T> {
	/** Convolution with bias. */
	conv(x: T, layer: string, settings: ConvSettings): T;
	/** 3 x 3, stride 2, unpadded. */
	maxPool(x: T): T;
	/** Along the channels. */
	concat(branches: readonly T[]): T;
	/** x + y, then ReLU if asked for. */
	add(x: T, y: T, hasRelu: boolean): T;
	/** Mean over height and width: batch x channels. */
	globalMean(x: T): T;
	/** x times the bottleneck's matrix, without bias. */
	bottleneck(x: T): T;
	/** x * scale + bias of the bottleneck's batch normalisation. */
	bottleneckBatchNorm(x: T): T;
}

/** Is told the result of each layer under its Keras name, for comparison with a reference. */
export type LayerObserver<T> = (layer: string, value: T) => void;

/**
 * @param input batch of normalised chips in the layout of the back end
 * @param stages differ from the published network only in tests that want to see a mistake caught
 * @returns the raw embeddings, batch x dimension, not of unit length
 */
export function runNetwork<T>(
	operations: NetworkOperations<T>,
	input: T,
	observe: LayerObserver<T> = () => {},
	stages: readonly Stage[] = STAGES,
): T {
	let x = input;
	for (const stage of stages) x = runStage(stage, x);
	x = operations.globalMean(x);
	observe("AvgPool", x);
	x = operations.bottleneck(x);
	observe("Bottleneck", x);
	return operations.bottleneckBatchNorm(x);

	function runStage(stage: Stage, before: T): T {
		if (stage.kind === "conv" || stage.kind === "maxPool") return runUnit(stage, before);
		const joined = operations.concat(
			stage.branches.map((units) => units.reduce((value, unit) => runUnit(unit, value), before)),
		);
		if (stage.kind === "reduction") {
			observe(stage.name, joined);
			return joined;
		}
		// the block's scale is part of the folded projection
		const projected = operations.conv(joined, projectionName(stage.name), {
			kernel: [1, 1],
			stride: 1,
			padding: "same",
			hasRelu: false,
		});
		const sum = operations.add(before, projected, stage.hasRelu);
		observe(stage.hasRelu ? `${stage.name}_Activation` : stage.name, sum);
		return sum;
	}

	function runUnit(unit: ConvUnit | MaxPool, before: T): T {
		if (unit.kind === "maxPool") {
			const pooled = operations.maxPool(before);
			observe(unit.name, pooled);
			return pooled;
		}
		const { kernel, stride, padding } = unit;
		const activation = operations.conv(before, unit.name, { kernel, stride, padding, hasRelu: true });
		observe(`${unit.name}_Activation`, activation);
		return activation;
	}
}
