/** Nets that run in worker threads, each thread with nets of its own; chips of several callers share batches. */
import { Piscina } from "piscina";
import { AppError } from "../errors.ts";
import type { EngineName } from "../faces/face-engine.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { EmbeddingChoice } from "../nets/embedding-weights.ts";
import type { FaceNets, RawDetections } from "../nets/face-nets.ts";
import type { LoadFailure, WorkerData } from "./nets-worker.ts";
import { turnOffTelemetry } from "./onnx/telemetry.ts";

/** Chips per run of the embedding net: measured, more only cost memory. */
const EMBEDDING_BATCH = 8;

interface WaitingChip {
	readonly chip: RgbImage;
	readonly resolve: (embedding: Float32Array) => void;
	readonly reject: (error: unknown) => void;
}

export class PooledNets implements FaceNets {
	readonly description: string;
	readonly #pool: Piscina;
	readonly #waiting: WaitingChip[] = [];
	#numEmbedding = 0;

	private constructor(description: string, pool: Piscina) {
		this.description = description;
		this.#pool = pool;
	}

	/**
	 * Starts the threads and waits until the nets of each have passed their self-check.
	 * @param numWorkers threads, at least 1
	 * @throws AppError as `loadNets`
	 */
	static async start(
		engine: EngineName,
		embedding: EmbeddingChoice,
		numWorkers: number,
	): Promise<PooledNets> {
		turnOffTelemetry();
		const isTypeScript = import.meta.filename.endsWith(".ts");
		const pool = new Piscina({
			filename: new URL(`./nets-worker.${isTypeScript ? "ts" : "js"}`, import.meta.url).href,
			workerData: { engine, embedding } satisfies WorkerData,
			minThreads: numWorkers,
			maxThreads: numWorkers,
			...(isTypeScript && { execArgv: ["--import", typeScriptLoader()] }),
		});
		try {
			const loaded = await Promise.all(
				Array.from({ length: numWorkers }, async () => {
					const answer: { description: string } | { failure: LoadFailure } = await pool.run(undefined, {
						name: "load",
					});
					if ("description" in answer) return answer.description;
					const { code, message, hint } = answer.failure;
					throw new AppError(code, message, hint === undefined ? {} : { hint });
				}),
			);
			return new PooledNets(loaded[0]!, pool);
		} catch (error) {
			await pool.destroy();
			throw error;
		}
	}

	detect(frame: RgbImage, minScore: number): Promise<RawDetections> {
		return this.#pool.run({ frame, minScore }, { name: "detect" });
	}

	locateLandmarks(crops: readonly RgbImage[]): Promise<Float32Array[]> {
		return this.#pool.run(crops, { name: "locateLandmarks" });
	}

	embed(chips: readonly RgbImage[]): Promise<Float32Array[]> {
		const embeddings = chips.map(
			(chip) => new Promise<Float32Array>((resolve, reject) => this.#waiting.push({ chip, resolve, reject })),
		);
		this.#embedWaiting();
		return Promise.all(embeddings);
	}

	countTensors(): Promise<number | undefined> {
		return this.#pool.run(undefined, { name: "countTensors" });
	}

	async close(): Promise<void> {
		await this.#pool.close();
	}

	/** While all threads embed, chips of whoever comes wait and then fill the next batch together. */
	#embedWaiting(): void {
		while (this.#waiting.length > 0 && this.#numEmbedding < this.#pool.options.maxThreads) {
			const batch = this.#waiting.splice(0, EMBEDDING_BATCH);
			this.#numEmbedding++;
			this.#pool
				.run(
					batch.map(({ chip }) => chip),
					{ name: "embed" },
				)
				.then(
					(embeddings: Float32Array[]) => {
						for (const [i, { resolve }] of batch.entries()) resolve(embeddings[i]!);
					},
					(error: unknown) => {
						for (const { reject } of batch) reject(error);
					},
				)
				.finally(() => {
					this.#numEmbedding--;
					this.#embedWaiting();
				});
		}
	}
}

/** Lets a worker import the sources as they are, in development and in tests: `--import tsx` ends at its border. */
function typeScriptLoader(): string {
	const api = import.meta.resolve("tsx/esm/api");
	const script = `import { register } from ${JSON.stringify(api)}; register();`;
	return `data:text/javascript,${encodeURIComponent(script)}`;
}
