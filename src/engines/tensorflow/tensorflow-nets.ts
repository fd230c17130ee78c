/**
 * The nets on TensorFlow.js: on its native library where that loads and computes right, else on WebAssembly. Landmark
 * and recognition net are face-api's own. Their methods are called, never face-api's fluent tasks: an error inside one
 * of those can't be caught and ends the process.
 */
import { createRequire } from "node:module";
import type { NamedTensorMap, Tensor, Tensor3D } from "@tensorflow/tfjs";
import { AppError } from "../../errors.ts";
import type { EmbeddingModel, Normalisation } from "../../faces/embedding-model.ts";
import type { RgbImage } from "../../image/rgb-image.ts";
import { embeddingModel } from "../../nets/embedding-models.ts";
import {
	DEFAULT_EMBEDDING,
	type EmbeddingChoice,
	loadEmbeddingWeights,
} from "../../nets/embedding-weights.ts";
import { type FaceNets, type LoadPackage, type RawDetections, splitRows } from "../../nets/face-nets.ts";
import { normaliseChips } from "../../nets/facenet/normalise-chips.ts";
import { ANCHORS, type AnchorSizes, decodeSsd, readAnchorSizes } from "../../nets/ssd/decode-ssd.ts";
import { loadWeights, tensorOf, type Weights } from "../../nets/weights.ts";
import { checkNets } from "../self-check.ts";
import { createTensorflowNetwork } from "./facenet-layers.ts";
import { loadNativeLibrary } from "./load-native.ts";
import { createTensorflowSsd, type TensorflowSsd } from "./ssd-layers.ts";

type Tensorflow = typeof import("@tensorflow/tfjs");

/** A net of face-api, as far as it is used here; its published types know only a copy of TensorFlow's. */
interface Net {
	loadFromWeightMap(weights: NamedTensorMap): void;
	dispose(throwOnRedispose: boolean): void;
}

/** face-api's list of images that go through a net together. */
type NetInput = object;

interface FaceApi {
	readonly NetInput: new (tensors: readonly Tensor3D[], isBatch: boolean) => NetInput;
	readonly FaceLandmark68Net: new () => Net & { runNet(input: NetInput): Tensor };
	readonly FaceRecognitionNet: new () => Net & { forwardInput(input: NetInput): Tensor };
}

/** The net that turns chips into rows of numbers: one of the two kinds. */
interface Embedder {
	embed(chips: readonly RgbImage[]): Tensor;
	dispose(): void;
}

export type TensorflowBackend = "tensorflow" | "wasm";

const requirePackage: LoadPackage = createRequire(import.meta.url);

/**
 * Loads the nets on one backend and has them pass the self-check.
 * @throws AppError ENGINE_UNAVAILABLE where the backend does not load or computes wrong; as
 * `loadEmbeddingWeights`
 */
export async function loadTensorflowNets(
	backend: TensorflowBackend,
	embedding: EmbeddingChoice = DEFAULT_EMBEDDING,
	load: LoadPackage = requirePackage,
): Promise<FaceNets> {
	const model = embeddingModel(embedding.model);
	const [ssd, landmarks, embedder] = await Promise.all([
		loadWeights("ssd"),
		loadWeights("landmarks"),
		loadEmbeddingWeights(embedding),
	]);
	try {
		// it registers itself with the one tfjs-core that face-api uses too
		if (backend === "tensorflow") loadNativeLibrary(load);
		const tf = load("@tensorflow/tfjs") as Tensorflow;
		const faceApi = load("@vladmandic/face-api/dist/face-api.node-wasm.js") as FaceApi;
		if (!(await tf.setBackend(backend))) throw new Error("its backend can't be started");
		await tf.ready();
		const nets = new TensorflowNets(tf, faceApi, model, { ssd, landmarks, embedder });
		await checkNets(nets, model);
		return nets;
	} catch (cause) {
		throw new AppError(
			"ENGINE_UNAVAILABLE",
			`TensorFlow.js (${backend}) does not work here: ${firstLine(cause)}`,
			{ cause },
		);
	}
}

class TensorflowNets implements FaceNets {
	readonly description: string;
	readonly #tf: Tensorflow;
	readonly #faceApi: FaceApi;
	readonly #detector: TensorflowSsd;
	readonly #anchorSizes: AnchorSizes;
	readonly #landmarker: InstanceType<FaceApi["FaceLandmark68Net"]>;
	readonly #embedder: Embedder;

	constructor(
		tf: Tensorflow,
		faceApi: FaceApi,
		model: EmbeddingModel,
		weights: Readonly<Record<"ssd" | "landmarks" | "embedder", Weights>>,
	) {
		this.#tf = tf;
		this.#faceApi = faceApi;
		this.#detector = createTensorflowSsd(tf, weights.ssd);
		this.#anchorSizes = readAnchorSizes(tensorOf(weights.ssd, ANCHORS));
		this.#landmarker = new faceApi.FaceLandmark68Net();
		this.#landmarker.loadFromWeightMap(this.#toTensors(weights.landmarks));
		this.#embedder =
			model.normalisation === undefined
				? this.#recognitionNet(weights.embedder)
				: facenet(tf, weights.embedder, model.normalisation);
		const backend = tf.getBackend() === "wasm" ? "WebAssembly" : "native library";
		this.description = `TensorFlow.js ${tf.version_core} (${backend})`;
	}

	async detect(frame: RgbImage, minScore: number): Promise<RawDetections> {
		const [logits, encodings] = await this.#read(() => this.#detector.run(this.#toTensor(frame)));
		return decodeSsd(frame, logits!, encodings!, this.#anchorSizes, minScore);
	}

	async locateLandmarks(crops: readonly RgbImage[]): Promise<Float32Array[]> {
		if (crops.length === 0) return [];
		const [output] = await this.#read(() => [
			this.#landmarker.runNet(this.#toInput(crops.map((crop) => this.#toTensor(crop)))),
		]);
		return splitRows(output!, crops.length);
	}

	async embed(chips: readonly RgbImage[]): Promise<Float32Array[]> {
		if (chips.length === 0) return [];
		const [output] = await this.#read(() => [this.#embedder.embed(chips)]);
		return splitRows(output!, chips.length);
	}

	countTensors(): number {
		return this.#tf.memory().numTensors;
	}

	async close(): Promise<void> {
		this.#detector.dispose();
		this.#landmarker.dispose(false);
		this.#embedder.dispose();
	}

	#recognitionNet(weights: Weights): Embedder {
		const net = new this.#faceApi.FaceRecognitionNet();
		net.loadFromWeightMap(this.#toTensors(weights));
		return {
			embed: (chips) => net.forwardInput(this.#toInput(chips.map((chip) => this.#toTensor(chip)))),
			dispose: () => net.dispose(false),
		};
	}

	/** Runs nets and reads their results; every other tensor that was made on the way is freed. */
	async #read(run: () => Tensor[]): Promise<Float32Array[]> {
		const tensors = this.#tf.tidy(run);
		try {
			return await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
		} finally {
			for (const tensor of tensors) tensor.dispose();
		}
	}

	#toTensor({ width, height, data }: RgbImage): Tensor3D {
		// tfjs keeps int32 arrays as they are but walks over bytes one by one
		return this.#tf.tensor3d(Int32Array.from(data), [height, width, 3], "int32");
	}

	#toInput(tensors: readonly Tensor3D[]): NetInput {
		return new this.#faceApi.NetInput(tensors, true);
	}

	#toTensors(weights: Weights): NamedTensorMap {
		const tensors = [...weights].map(([name, { shape, data }]) => [name, this.#tf.tensor(data, [...shape])]);
		return Object.fromEntries(tensors);
	}
}

function facenet(tf: Tensorflow, weights: Weights, normalisation: Normalisation): Embedder {
	const network = createTensorflowNetwork(tf, weights);
	return {
		embed: (chips) => network.run(normaliseChips(chips, normalisation)),
		dispose: () => network.dispose(),
	};
}

function firstLine(cause: unknown): string {
	return String(cause instanceof Error ? cause.message : cause).split("\n", 1)[0]!;
}
