/** Builds a gallery of people from Wikidata in a process of its own, behind a server that answers meanwhile. */
import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import { createInterface } from "node:readline";
import { z } from "zod";
import { siblingScript } from "./sibling-script.ts";
import type { BuildStatus } from "./web/service-status.ts";

export interface BackgroundFetchOptions {
	/** Of the command line, from "gallery" on. */
	readonly args: readonly string[];
	readonly environment: NodeJS.ProcessEnv;
	/** Told what the process says, line by line. */
	readonly onLine: (line: string) => void;
	/** Told that it ended too early, and when it is started again. */
	readonly onFailure: (retryMs: number) => void;
}

export interface BackgroundFetch {
	/** Undefined before the first person and once the gallery is built. */
	readonly status: BuildStatus | undefined;
	stop(): void;
}

const PROGRESS = z.object({ numPeople: z.number(), limit: z.number(), numPhotos: z.number() });
/** Visitors come first. */
const NICENESS = 10;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 3_600_000;

/** Starts the command, again and again until it succeeds: whatever it did before, it need not do again. */
export function fetchInBackground(options: BackgroundFetchOptions): BackgroundFetch {
	let status: BuildStatus | undefined;
	let child: ChildProcess | undefined;
	let retry: NodeJS.Timeout | undefined;
	let isStopped = false;

	const start = (retryMs: number) => {
		const tryLater = () => {
			if (isStopped) return;
			options.onFailure(retryMs);
			retry = setTimeout(() => start(Math.min(retryMs * 2, LAST_RETRY_MS)), retryMs).unref();
		};
		try {
			child = startCommand(options);
		} catch {
			// no memory for another process
			tryLater();
			return;
		}
		// the same, or no number: it never came to be, so it has no end
		child.on("error", () => child?.pid === undefined && tryLater());
		const startMs = performance.now();
		let numBefore: number | undefined;
		child.on("message", (message) => {
			const progress = PROGRESS.safeParse(message);
			if (!progress.success) return;
			const { numPeople, limit, numPhotos } = progress.data;
			numBefore ??= numPeople - 1;
			const perSecond = ((numPeople - numBefore) * 1000) / (performance.now() - startMs);
			status = {
				numPeople,
				limit,
				numPhotos,
				peoplePerMinute: Math.round(perSecond * 60),
				secondsLeft: Math.round((limit - numPeople) / Math.max(perSecond, 0.001)),
			};
		});
		child.on("exit", (code) => {
			if (code !== 0) tryLater();
			else status = undefined;
		});
	};
	start(FIRST_RETRY_MS);

	return {
		get status() {
			return status;
		},
		stop() {
			isStopped = true;
			clearTimeout(retry);
			child?.kill("SIGKILL");
		},
	};
}

function startCommand({ args, environment, onLine }: BackgroundFetchOptions): ChildProcess {
	const { url, execArgv } = siblingScript("cli", import.meta.url);
	const child = fork(url, [...args], {
		execArgv,
		env: environment,
		stdio: ["ignore", "pipe", "pipe", "ipc"],
	});
	for (const stream of [child.stdout, child.stderr]) {
		if (stream) createInterface({ input: stream }).on("line", onLine);
	}
	try {
		if (child.pid !== undefined) os.setPriority(child.pid, NICENESS);
	} catch {
		// where that is not allowed, it takes its turn as others do
	}
	return child;
}
