/** The golden values of test/fixtures/facenet/golden.json, typed. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { WeightKind } from "../../../src/nets/facenet/layers.ts";
import { largestDifference } from "../vectors.ts";

interface GoldenLayer {
	readonly name: string;
	readonly weights: readonly {
		readonly kind: WeightKind;
		readonly shape: readonly number[];
		readonly crc32: number;
	}[];
	/** Where deepface spells it differently. */
	readonly deepfaceName?: string;
}

export interface Checkpoint {
	/** Keras layer. */
	readonly name: string;
	/** Height, width, channels; or channels. */
	readonly shape: readonly number[];
	readonly mean: number;
	readonly std: number;
	readonly min: number;
	readonly max: number;
	/** Neighbouring channels from position `at`, which has one index per dimension of `shape`. */
	readonly samples: readonly { readonly at: readonly number[]; readonly values: readonly number[] }[];
}

interface GoldenVariant {
	readonly params: number;
	/** The last two layers, which differ between the variants. */
	readonly bottleneck: readonly GoldenLayer[];
	/** Raw embeddings by input. */
	readonly raw: Readonly<Record<string, readonly number[]>>;
	/** Of input a; the 512-d variant lists only what differs from the 128-d one. */
	readonly checkpoints: readonly Checkpoint[];
}

export interface Golden {
	readonly tolerance: {
		readonly rawEmbeddingAbs: number;
		readonly l2EmbeddingAbs: number;
		readonly checkpointAbs: number;
	};
	readonly generator: readonly {
		readonly key: string;
		readonly fnv1a: number;
		readonly first4shifted: readonly number[];
	}[];
	/** CRC-32 of the three inputs. */
	readonly inputs: Readonly<Record<"a" | "b" | "u8", number>>;
	/** First eight numbers of input u8 under four normalisations. */
	readonly normalised: Readonly<Record<"base" | "facenet" | "facenet2018" | "fixed", readonly number[]>>;
	/** Largest change of the 128-d embedding of input a when one thing is done wrong. */
	readonly mutations: readonly { readonly what: string; readonly raw: number; readonly l2: number }[];
	/** All 447 layers in file order, those without weights too. */
	readonly kerasLayerNames: readonly string[];
	readonly layers: readonly GoldenLayer[];
	readonly variants: Readonly<Record<128 | 512, GoldenVariant>>;
}

export const golden: Golden = JSON.parse(
	readFileSync(path.join(import.meta.dirname, "../../fixtures/facenet/golden.json"), "utf8"),
);

/** The largest deviation of a layer's numbers: of the sampled values and of mean, deviation, least and greatest of all. */
export function checkpointDifference(
	{ shape, samples, ...expected }: Checkpoint,
	data: Float32Array,
): number {
	const [, width = 1, channels = 1] = shape.length === 1 ? [1, 1, shape[0]] : shape;
	const differences = samples.map(({ at, values }) => {
		const [y, x, channel] = at.length === 1 ? [0, 0, at[0]!] : (at as [number, number, number]);
		const start = (y * width + x) * channels + channel;
		return largestDifference(data.subarray(start, start + values.length), values);
	});
	const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
	const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
	const least = data.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
	const greatest = data.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
	const measured = [mean, Math.sqrt(variance), least, greatest];
	differences.push(largestDifference(measured, [expected.mean, expected.std, expected.min, expected.max]));
	return Math.max(...differences);
}
