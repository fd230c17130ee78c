/**
 * face-api's nets, or FaceNet for embedding, on onnxruntime's CPU library, converted from their TensorFlow.js weights when they are loaded.
 * Converting takes no longer than reading and checking a converted copy would, so none is kept.
 */
import { createRequire } from "node:module";
import type { InferenceSession } from "onnxruntime-node";
import { AppError } from "../../errors.ts";
import type { EmbeddingModel } from "../../faces/embedding-model.ts";
import { LANDMARK_CROP_SIZE } from "../../faces/face-engine.ts";
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
import { loadWeights, tensorOf } from "../../nets/weights.ts";
import { checkNets } from "../self-check.ts";
import { encodeOnnxNetwork } from "./facenet-graph.ts";
import { encodeLandmarkNet } from "./landmark-graph.ts";
import type { OnnxModel } from "./onnx-encoder.ts";
import { encodeRecognitionNet } from "./recognition-graph.ts";
import { encodeSsd } from "./ssd-graph.ts";
import { turnOffTelemetry } from "./telemetry.ts";

type OnnxRuntime = typeof import("onnxruntime-node");

const SESSION_OPTIONS: InferenceSession.SessionOptions = {
	executionProviders: ["cpu"],
	interOpNumThreads: 1,
	// threads that wait by spinning take the cores from whoever has work: on a busy machine photos then take three times as long
	extra: { session: { intra_op: { allow_spinning: "0" } } },
	executionMode: "sequential",
	// photos come in all shapes: the runtime's own pool and its plan for each shape keep 50 MB more, and save no time
	enableCpuMemArena: false,
	enableMemPattern: false,
	graphOptimizationLevel: "all",
	logSeverityLevel: 3,
};

/**
 * Loads the nets and has them pass the self-check.
 * @param numThreads threads that share each run of a net; what it computes is the same to the bit with any number of them
 * @throws AppError ENGINE_UNAVAILABLE where the library does not load or computes wrong; as
 * `loadEmbeddingWeights`
 */
export async function loadOnnxNets(
	embedding: EmbeddingChoice = DEFAULT_EMBEDDING,
	numThreads = 1,
	load: LoadPackage = createRequire(import.meta.url),
): Promise<FaceNets> {
	const model = embeddingModel(embedding.model);
	const [ssd, landmarks, embedder] = await Promise.all([
		loadWeights("ssd"),
		loadWeights("landmarks"),
		loadEmbeddingWeights(embedding),
	]);
	turnOffTelemetry();
	try {
		const runtime = load("onnxruntime-node") as OnnxRuntime;
		const open = ({ graph, externalData }: OnnxModel) =>
			runtime.InferenceSession.create(graph, {
				...SESSION_OPTIONS,
				externalData,
				intraOpNumThreads: numThreads,
			});
		const nets = new OnnxNets(runtime, model, {
			detector: await open(encodeSsd(ssd)),
			landmarker: await open(encodeLandmarkNet(landmarks)),
			embedder: await open(
				model.name === "face-api" ? encodeRecognitionNet(embedder) : encodeOnnxNetwork(embedder),
			),
			anchorSizes: readAnchorSizes(tensorOf(ssd, ANCHORS)),
		});
		await checkNets(nets, model);
		return nets;
	} catch (cause) {
		const reason = String(cause instanceof Error ? cause.message : cause).split("\n", 1)[0];
		throw new AppError("ENGINE_UNAVAILABLE", `onnxruntime-node does not work here: ${reason}`, { cause });
	}
}

interface Sessions {
	readonly detector: InferenceSession;
	readonly landmarker: InferenceSession;
	readonly embedder: InferenceSession;
	readonly anchorSizes: AnchorSizes;
}

class OnnxNets implements FaceNets {
	readonly description: string;
	readonly #runtime: OnnxRuntime;
	readonly #model: EmbeddingModel;
	readonly #sessions: Sessions;

	constructor(runtime: OnnxRuntime, model: EmbeddingModel, sessions: Sessions) {
		this.#model = model;
		this.#runtime = runtime;
		this.#sessions = sessions;
		this.description = `onnxruntime-node ${runtime.env.versions.common} (CPU)`;
	}

	async detect(frame: RgbImage, minScore: number): Promise<RawDetections> {
		const { detector, anchorSizes } = this.#sessions;
		const input = new this.#runtime.Tensor("uint8", frame.data, [1, frame.height, frame.width, 3]);
		const { logits, encodings } = await detector.run({ frame: input });
		return decodeSsd(
			frame,
			logits!.data as Float32Array,
			encodings!.data as Float32Array,
			anchorSizes,
			minScore,
		);
	}

	async locateLandmarks(crops: readonly RgbImage[]): Promise<Float32Array[]> {
		if (crops.length === 0) return [];
		const { landmarks } = await this.#sessions.landmarker.run({
			crops: this.#stack(crops, LANDMARK_CROP_SIZE),
		});
		return splitRows(landmarks!.data as Float32Array, crops.length);
	}

	async embed(chips: readonly RgbImage[]): Promise<Float32Array[]> {
		if (chips.length === 0) return [];
		const { chipSize, normalisation } = this.#model;
		const input =
			normalisation === undefined
				? this.#stack(chips, chipSize)
				: new this.#runtime.Tensor("float32", normaliseChips(chips, normalisation), [
						chips.length,
						chipSize,
						chipSize,
						3,
					]);
		const { embeddings } = await this.#sessions.embedder.run({ chips: input });
		return splitRows(embeddings!.data as Float32Array, chips.length);
	}

	async close(): Promise<void> {
		const { detector, landmarker, embedder } = this.#sessions;
		await Promise.all([detector.release(), landmarker.release(), embedder.release()]);
	}

	#stack(images: readonly RgbImage[], size: number) {
		const bytes = new Uint8Array(images.length * size * size * 3);
		for (const [i, { data }] of images.entries()) bytes.set(data, i * size * size * 3);
		return new this.#runtime.Tensor("uint8", bytes, [images.length, size, size, 3]);
	}
}
