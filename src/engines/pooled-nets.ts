/** Nets that run in worker threads, each thread with nets of its own; chips of several callers share batches. */
import { Piscina } from "piscina";
import { AppError } from "../errors.ts";
import type { EngineName } from "../faces/face-engine.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { EmbeddingChoice } from "../nets/embedding-weights.ts";
import type { FaceNets, RawDetections } from "../nets/face-nets.ts";
import { siblingScript } from "../sibling-script.ts";
import type { LoadFailure, WorkerData } from "./nets-worker.ts";
import { turnOffTelemetry } from "./onnx/telemetry.ts";
import { WatchedThreads } from "./watched-threads.ts";

/** Chips per run of the embedding net: measured, more only cost memory. */
const EMBEDDING_BATCH = 8;

/** That share one run of a net: two were measured to pay, more than four were never tried. */
const MOST_THREADS = 4;

/** How long one run of a net may take, its wait for a thread included: a hundred times what it takes on a slow machine. */
const DEADLINE_MS = 20_000;

interface WaitingChip {
	readonly chip: RgbImage;
	readonly resolve: (embedding: Float32Array) => void;
	readonly reject: (error: unknown) => void;
}

export class PooledNets implements FaceNets {
	readonly description: string;
	readonly #threads: WatchedThreads;
	readonly #waiting: WaitingChip[] = [];
	#numEmbedding = 0;

	private constructor(description: string, threads: WatchedThreads) {
		this.description = description;
		this.#threads = threads;
	}

	/**
	 * Starts the threads and waits until the nets of each have passed their self-check.
	 * @param numWorkers threads with nets of their own, at least 1
	 * @param numCores cores that they share, at least 1
	 * @throws AppError as `loadNets`
	 */
	static async start(
		engine: EngineName,
		embedding: EmbeddingChoice,
		numWorkers: number,
		numCores: number,
	): Promise<PooledNets> {
		turnOffTelemetry();
		const worker = siblingScript("nets-worker", import.meta.url);
		const numThreads = Math.max(1, Math.min(MOST_THREADS, Math.floor(numCores / numWorkers)));
		const start = () =>
			new Piscina({
				filename: worker.url.href,
				execArgv: worker.execArgv,
				workerData: { engine, embedding, numThreads } satisfies WorkerData,
				minThreads: numWorkers,
				maxThreads: numWorkers,
			});
		const threads = new WatchedThreads(start, DEADLINE_MS);
		try {
			const loaded = await Promise.all(
				Array.from({ length: numWorkers }, async () => {
					const answer = await threads.runPatiently<{ description: string } | { failure: LoadFailure }>(
						"load",
					);
					if ("description" in answer) return answer.description;
					const { code, message, hint } = answer.failure;
					throw new AppError(code, message, hint === undefined ? {} : { hint });
				}),
			);
			return new PooledNets(loaded[0]!, threads);
		} catch (error) {
			await threads.destroy();
			throw error;
		}
	}

	detect(frame: RgbImage, minScore: number): Promise<RawDetections> {
		return this.#threads.run("detect", { frame, minScore });
	}

	locateLandmarks(crops: readonly RgbImage[]): Promise<Float32Array[]> {
		return this.#threads.run("locateLandmarks", crops);
	}

	embed(chips: readonly RgbImage[]): Promise<Float32Array[]> {
		const embeddings = chips.map(
			(chip) => new Promise<Float32Array>((resolve, reject) => this.#waiting.push({ chip, resolve, reject })),
		);
		this.#embedWaiting();
		return Promise.all(embeddings);
	}

	countTensors(): Promise<number | undefined> {
		return this.#threads.run("countTensors");
	}

	async close(): Promise<void> {
		await this.#threads.close();
	}

	/** While all threads embed, chips of whoever comes wait and then fill the next batch together. */
	#embedWaiting(): void {
		while (this.#waiting.length > 0 && this.#numEmbedding < this.#threads.numThreads) {
			const batch = this.#waiting.splice(0, EMBEDDING_BATCH);
			this.#numEmbedding++;
			this.#threads
				.run<Float32Array[]>(
					"embed",
					batch.map(({ chip }) => chip),
				)
				.then(
					(embeddings) => {
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
