/** One of several processes that answer, as it sees the others. */
import cluster from "node:cluster";
import process from "node:process";
import type { Peers } from "../web/guard/peers.ts";
import { ORDER, type OrderFromFirst, type ReportToFirst } from "./messages.ts";

type Told<Kind extends OrderFromFirst["kind"]> = Extract<OrderFromFirst, { kind: Kind }>;

/** The number that a process has among those that answer, from 0; one that is replaced hands it on. */
export const NUMBER_VARIABLE = "PROCESS_NUMBER";

/** "1" for one that is started while others answer. */
export const LATECOMER_VARIABLE = "OTHERS_ANSWER";

/** Whether this is one of several processes that answer. */
export function isOneOfSeveral(): boolean {
	return cluster.isWorker;
}

/** Whether this one does what only one has to do. */
export function isFirstOfSeveral(environment: NodeJS.ProcessEnv): boolean {
	return !cluster.isWorker || environment[NUMBER_VARIABLE] === "0";
}

/** Whether others answer meanwhile, so that nobody need meet this one before it can. */
export function isLatecomer(environment: NodeJS.ProcessEnv): boolean {
	return cluster.isWorker && environment[LATECOMER_VARIABLE] === "1";
}

export function report(message: ReportToFirst): void {
	process.send?.(message);
}

export const processPeers: Peers = {
	tell: (topic, value) => report({ kind: "peers", topic, value }),
	hear: (topic, listener) =>
		onOrder("peers", (told) => {
			if (told.topic === topic) listener(told.value);
		}),
};

/** The metrics of all processes together, as the first one adds them up. */
export function askForMetrics(): Promise<string> {
	return new Promise((resolve) => {
		const hear = (message: unknown) => {
			const order = ORDER.safeParse(message);
			if (!order.success || order.data.kind !== "metrics") return;
			process.off("message", hear);
			resolve(order.data.text);
		};
		process.on("message", hear);
		report({ kind: "metrics?" });
	});
}

/** Aborts when the first process says so; signals are heard by that one only. It is told from here on that this one is there. */
export function listenForStopOrder(): AbortSignal {
	const controller = new AbortController();
	// a terminal or a service manager sends them to all processes of the group
	process.on("SIGTERM", () => {});
	process.on("SIGINT", () => {});
	onOrder("stop", ({ reason }) => controller.abort(reason));
	onOrder("alive?", () => report({ kind: "alive" }));
	return controller.signal;
}

function onOrder<Kind extends OrderFromFirst["kind"]>(kind: Kind, listener: (order: Told<Kind>) => void) {
	process.on("message", (message) => {
		const order = ORDER.safeParse(message);
		if (order.success && order.data.kind === kind) listener(order.data as Told<Kind>);
	});
}
