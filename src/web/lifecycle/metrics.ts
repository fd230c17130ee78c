/** What the service counts, for Prometheus: how long things take, who waits, what was refused and why. No visitor is in it. */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Answer } from "../../pipeline/answer.ts";
import type { MatchQueue } from "../guard/match-queue.ts";
import { History } from "../insight/history.ts";
import type { ServiceStatus } from "../service-status.ts";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Node knows 34, and a row of numbers for each of them and each route is megabytes for whoever reads them. */
const METHODS = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

/** What decodes photos, as far as it is counted. */
export interface DecodingCounts {
	/** Photos that are being decoded. */
	readonly numBusy: number;
	/** Memory that is set aside for them, in bytes. */
	readonly bytesTaken: number;
	readonly processIds: readonly number[];
}

export class Metrics {
	/** The same for people: see insight/view-status.ts. */
	readonly history = new History();
	readonly #registry = new Registry();
	readonly #requests = this.#histogram("http_request_duration_seconds", "Requests by route.", [
		"method",
		"route",
		"status",
	]);
	readonly #stages = this.#histogram("match_stage_duration_seconds", "Steps of answered photos.", ["stage"]);
	readonly #refusals = new Counter({
		name: "refusals_total",
		help: "Requests that were refused, by error code.",
		labelNames: ["code"],
		registers: [this.#registry],
	});

	readonly #collectAll: (() => Promise<string>) | undefined;

	/** @param collectAll where this is one of several processes: asks for the metrics of all together */
	constructor(collectAll?: () => Promise<string>) {
		this.#collectAll = collectAll;
		collectDefaultMetrics({ register: this.#registry });
		if (collectAll) {
			AggregatorRegistry.setRegistries([this.#registry]);
			// its mere existence lets the first process ask this one
			new AggregatorRegistry();
		}
	}

	/** The text that Prometheus reads. */
	async render(): Promise<{ text: string; contentType: string }> {
		return {
			text: await (this.#collectAll?.() ?? this.#registry.metrics()),
			contentType: this.#registry.contentType,
		};
	}

	observeRequest(method: string, route: string, status: number, ms: number): void {
		this.#requests.observe({ method: METHODS.has(method) ? method : "other", route, status }, ms / 1000);
	}

	/** @param timings milliseconds per stage */
	observeAnswer(timings: Answer["timings"]): void {
		this.history.noteAnswer(Object.values(timings).reduce((sum, ms) => sum + ms, 0));
		for (const [stage, ms] of Object.entries(timings)) this.#stages.observe({ stage }, ms / 1000);
	}

	countRefusal(code: string): void {
		this.#refusals.inc({ code });
		this.history.noteRefusal();
	}

	watchQueue(queue: MatchQueue): void {
		this.#gauge("queue_photos", "Photos that have a place.", () => queue.numTaken);
		this.#gauge("queue_active_photos", "Photos that are worked on.", () => queue.numActive);
	}

	watchDecoding(counts: () => Promise<DecodingCounts | undefined>): void {
		const watch = (name: string, help: string, read: (now: DecodingCounts) => number) =>
			this.#gauge(name, help, async () => {
				const now = await counts();
				return now ? read(now) : 0;
			});
		watch("decoding_photos", "Photos that are being decoded.", ({ numBusy }) => numBusy);
		watch("decoding_reserved_bytes", "Memory set aside for them.", ({ bytesTaken }) => bytesTaken);
		watch("decoding_processes", "Processes for it.", ({ processIds }) => processIds.length);
	}

	watchStatus(status: () => ServiceStatus): void {
		const gallery = () => {
			const now = status();
			return "gallery" in now ? now.gallery : undefined;
		};
		this.#gauge("ready", "1 where photos are answered.", () => Number(status().state === "ready"), "min");
		this.#gauge("gallery_people", "People of the gallery.", () => gallery()?.numPeople ?? 0, "max");
		this.#gauge("gallery_photos", "Their photos.", () => gallery()?.numPhotos ?? 0, "max");
	}

	#histogram<Label extends string>(name: string, help: string, labelNames: Label[]): Histogram<Label> {
		return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.#registry] });
	}

	/** @param aggregator how several processes' numbers become one */
	#gauge(
		name: string,
		help: string,
		read: () => number | Promise<number>,
		aggregator: "sum" | "min" | "max" = "sum",
	): void {
		new Gauge({
			name,
			help,
			aggregator,
			registers: [this.#registry],
			async collect() {
				this.set(await read());
			},
		});
	}
}
