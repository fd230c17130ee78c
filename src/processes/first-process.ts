/**
 * The first process of a server with several: it holds the port and shares the connections out (node:cluster), starts
 * those that answer, replaces one that dies or keeps silent, hands on what they tell each other, adds up their metrics
 * and ends them.
 */
import cluster from "node:cluster";
import { once } from "node:events";
import process from "node:process";
import type { Logger } from "pino";
import { AggregatorRegistry } from "prom-client";
import { endNow } from "../stop-signals.ts";
import type { RenderMetrics } from "../web/lifecycle/serve-metrics.ts";
import { LATECOMER_VARIABLE, NUMBER_VARIABLE } from "./answering-process.ts";
import { REPORT, type ReportToFirst } from "./messages.ts";
import { WatchedWorker } from "./watched-worker.ts";

export interface FirstProcessOptions {
	readonly numProcesses: number;
	readonly logger: Logger;
	/** From the stop to the end, whatever hangs. */
	readonly stopMs: number;
	/** How long the next start waits where one died soon after its own. Default 1 s. */
	readonly pauseMs?: number;
}

/** One that lived for less has hardly answered anybody. */
const SHORT_LIFE_MS = 10_000;
const DEFAULT_PAUSE_MS = 1000;
/** A busy machine may keep a process from answering for seconds; loading a large gallery does while it starts. */
const WATCH = { everyMs: 1000, maxUnanswered: { starting: 60, ready: 10, stopping: 4 } };
/** Those that are left so long before this one ends by force hang. */
const LAST_MS = 500;

/**
 * Starts the processes that answer.
 * @param stop ends them, and then this one
 * @returns gives the metrics of all together
 */
export function startProcesses(options: FirstProcessOptions, stop: AbortSignal): RenderMetrics {
	const { numProcesses, logger, stopMs, pauseMs = DEFAULT_PAUSE_MS } = options;
	const metrics = new AggregatorRegistry();
	const all = new Set<WatchedWorker>();
	const answering = new Set<WatchedWorker>();
	let numReady = 0;

	const start = (number: number) => {
		const startMs = performance.now();
		const startAnew = () => {
			const isShort = performance.now() - startMs < SHORT_LIFE_MS;
			setTimeout(() => !stop.aborted && start(number), isShort ? pauseMs : 0);
		};
		let watched: WatchedWorker;
		try {
			watched = new WatchedWorker(fork(number), {
				...WATCH,
				onSilent: () => logger.error(`Process ${number} does not answer: it is ended.`),
			});
		} catch (error) {
			// neither memory nor descriptors for another one: those that answer go on
			logger.error(`Process ${number} can't be started: ${error instanceof Error ? error.message : error}.`);
			startAnew();
			return;
		}
		const { worker } = watched;
		all.add(watched);
		worker.on("message", async (message: unknown) => {
			const told = REPORT.safeParse(message);
			// Node and prom-client talk over the same channel
			if (told.success) await hear(watched, number, told.data);
		});
		worker.once("exit", (code: number | null, signal: string | null) => {
			all.delete(watched);
			answering.delete(watched);
			if (stop.aborted) return;
			if (code !== null && numReady === 0) {
				// it has said why; nobody else would do better
				for (const other of all) other.kill();
				process.exit(code);
			}
			logger.error(`Process ${number} ended (${signal ?? `exit code ${code}`}) and is replaced.`);
			startAnew();
		});
	};
	const fork = (number: number) => {
		const worker = cluster.fork({
			[NUMBER_VARIABLE]: `${number}`,
			[LATECOMER_VARIABLE]: answering.size > 0 ? "1" : "0",
		});
		// Node tells of the end of those only that came to be, and counts the others for ever
		worker.on("error", ({ message }) => {
			if (worker.process.pid !== undefined) return;
			delete cluster.workers?.[worker.id];
			worker.emit("exit", null, message);
		});
		return worker;
	};
	const hear = async (watched: WatchedWorker, number: number, told: ReportToFirst) => {
		watched.hear();
		// one that was just starting has not heard it: Node keeps no message for a listener to come
		if (stop.aborted && (told.kind === "alive" || told.kind === "ready"))
			watched.order({ kind: "stop", reason: stop.reason });
		switch (told.kind) {
			case "ready":
				watched.enter("ready");
				answering.add(watched);
				if (++numReady === numProcesses) logger.info(`${told.message} By ${numProcesses} processes.`);
				else if (numReady > numProcesses) logger.info(`Process ${number} answers again.`);
				break;
			case "peers":
				for (const other of all) if (other !== watched) other.order(told);
				break;
			case "metrics?":
				watched.order({ kind: "metrics", text: await metrics.clusterMetrics().catch(() => "") });
		}
	};

	cluster.once("listening", (_worker, { port }) => logger.info(`Listening on http://localhost:${port}`));
	stop.addEventListener("abort", async () => {
		logger.info(`Stopping on ${stop.reason}.`);
		setTimeout(() => {
			for (const watched of all) watched.kill();
			setTimeout(endNow, LAST_MS);
		}, stopMs - LAST_MS);
		const ended = [...all].map(({ worker }) => once(worker, "exit"));
		for (const watched of all) {
			watched.enter("stopping");
			watched.order({ kind: "stop", reason: stop.reason });
		}
		await Promise.all(ended);
		process.exit();
	});
	for (let number = 0; number < numProcesses; number++) start(number);
	return async () => ({ text: await metrics.clusterMetrics(), contentType: metrics.contentType });
}
