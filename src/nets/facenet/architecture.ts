/**
 * FaceNet's Inception-ResNet-v1 as data: the one description that both back ends, the weight loader and the
 * tests read. Szegedy et al., https://arxiv.org/abs/1602.07261, in the variant of David Sandberg's facenet
 * repository; layer names are those of its Keras port.
 */

/** Side of the square RGB input in pixels. */
export const INPUT_SIDE = 160;

/** Numbers after global pooling, before the bottleneck. */
export const POOLED_CHANNELS = 1792;

/** Added to every variance before the root is taken; the batch normalisations have no gamma. */
export const BATCH_NORM_EPSILON = 0.001;

/** Convolution without bias, batch normalisation, ReLU. */
export interface ConvUnit {
	readonly kind: "conv";
	readonly name: string;
	/** Height and width. */
	readonly kernel: readonly [number, number];
	readonly filters: number;
	readonly stride: 1 | 2;
	/** `same` occurs with stride 1 and odd kernels only, so it is (k - 1) / 2 zeros on every side. */
	readonly padding: "same" | "valid";
}

/** 3 x 3 maximum, stride 2, unpadded. */
export interface MaxPool {
	readonly kind: "maxPool";
	readonly name: string;
}

/** x + scale * projection(concatenated branches), then ReLU; the projection is a 1 x 1 convolution with bias. */
export interface Residual {
	readonly kind: "residual";
	readonly name: string;
	readonly branches: readonly (readonly ConvUnit[])[];
	readonly scale: number;
	readonly hasRelu: boolean;
}

/** Branches side by side, concatenated. */
export interface Reduction {
	readonly kind: "reduction";
	readonly name: string;
	readonly branches: readonly (readonly (ConvUnit | MaxPool)[])[];
}

export type Stage = ConvUnit | MaxPool | Residual | Reduction;

type ConvShape = Pick<ConvUnit, "kernel" | "filters" | "stride" | "padding">;

/** The layers before pooling and bottleneck, in the order in which data flows. */
export const STAGES: readonly Stage[] = [
	conv("Conv2d_1a_3x3", halving(32)),
	conv("Conv2d_2a_3x3", { kernel: [3, 3], filters: 32, stride: 1, padding: "valid" }),
	conv("Conv2d_2b_3x3", same(3, 3, 64)),
	maxPool("MaxPool_3a_3x3"),
	conv("Conv2d_3b_1x1", { kernel: [1, 1], filters: 80, stride: 1, padding: "valid" }),
	conv("Conv2d_4a_3x3", { kernel: [3, 3], filters: 192, stride: 1, padding: "valid" }),
	conv("Conv2d_4b_3x3", halving(256)),
	...[1, 2, 3, 4, 5].map((i) => block35(`Block35_${i}`)),
	mixed6a("Mixed_6a"),
	...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => block17(`Block17_${i}`)),
	mixed7a("Mixed_7a"),
	...[1, 2, 3, 4, 5].map((i) => block8(`Block8_${i}`, 0.2, true)),
	block8("Block8_6", 1, false),
];

function block35(name: string): Residual {
	return residual(name, 0.17, true, [
		[["Conv2d_1x1", same(1, 1, 32)]],
		[
			["Conv2d_0a_1x1", same(1, 1, 32)],
			["Conv2d_0b_3x3", same(3, 3, 32)],
		],
		[
			["Conv2d_0a_1x1", same(1, 1, 32)],
			["Conv2d_0b_3x3", same(3, 3, 32)],
			["Conv2d_0c_3x3", same(3, 3, 32)],
		],
	]);
}

function block17(name: string): Residual {
	return residual(name, 0.1, true, [
		[["Conv2d_1x1", same(1, 1, 128)]],
		[
			["Conv2d_0a_1x1", same(1, 1, 128)],
			["Conv2d_0b_1x7", same(1, 7, 128)],
			["Conv2d_0c_7x1", same(7, 1, 128)],
		],
	]);
}

function block8(name: string, scale: number, hasRelu: boolean): Residual {
	return residual(name, scale, hasRelu, [
		[["Conv2d_1x1", same(1, 1, 192)]],
		[
			["Conv2d_0a_1x1", same(1, 1, 192)],
			["Conv2d_0b_1x3", same(1, 3, 192)],
			["Conv2d_0c_3x1", same(3, 1, 192)],
		],
	]);
}

function mixed6a(name: string): Reduction {
	return {
		kind: "reduction",
		name,
		branches: [
			[conv(`${name}_Branch_0_Conv2d_1a_3x3`, halving(384))],
			[
				conv(`${name}_Branch_1_Conv2d_0a_1x1`, same(1, 1, 192)),
				conv(`${name}_Branch_1_Conv2d_0b_3x3`, same(3, 3, 192)),
				conv(`${name}_Branch_1_Conv2d_1a_3x3`, halving(256)),
			],
			[maxPool(`${name}_Branch_2_MaxPool_1a_3x3`)],
		],
	};
}

function mixed7a(name: string): Reduction {
	return {
		kind: "reduction",
		name,
		branches: [
			[
				conv(`${name}_Branch_0_Conv2d_0a_1x1`, same(1, 1, 256)),
				conv(`${name}_Branch_0_Conv2d_1a_3x3`, halving(384)),
			],
			[
				conv(`${name}_Branch_1_Conv2d_0a_1x1`, same(1, 1, 256)),
				conv(`${name}_Branch_1_Conv2d_1a_3x3`, halving(256)),
			],
			[
				conv(`${name}_Branch_2_Conv2d_0a_1x1`, same(1, 1, 256)),
				conv(`${name}_Branch_2_Conv2d_0b_3x3`, same(3, 3, 256)),
				conv(`${name}_Branch_2_Conv2d_1a_3x3`, halving(256)),
			],
			[maxPool(`${name}_Branch_3_MaxPool_1a_3x3`)],
		],
	};
}

function residual(
	name: string,
	scale: number,
	hasRelu: boolean,
	branches: readonly (readonly (readonly [suffix: string, shape: ConvShape])[])[],
): Residual {
	return {
		kind: "residual",
		name,
		scale,
		hasRelu,
		branches: branches.map((units, i) =>
			units.map(([suffix, shape]) => conv(`${name}_Branch_${i}_${suffix}`, shape)),
		),
	};
}

function conv(name: string, shape: ConvShape): ConvUnit {
	return { kind: "conv", name, ...shape };
}

function maxPool(name: string): MaxPool {
	return { kind: "maxPool", name };
}

function same(height: number, width: number, filters: number): ConvShape {
	return { kernel: [height, width], filters, stride: 1, padding: "same" };
}

function halving(filters: number): ConvShape {
	return { kernel: [3, 3], filters, stride: 2, padding: "valid" };
}
