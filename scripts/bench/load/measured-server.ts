/** The built server in a process of its own, with what it takes: memory of all its processes, and its event loop's delay. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { childrenOf } from "../../../test/helpers/processes/processes.ts";

const PROJECT = path.join(import.meta.dirname, "../../..");
const SAMPLE_MS = 50;
/** With which init.sh, the service and the image start it. */
const GLIBC_TUNABLES = readFileSync(path.join(PROJECT, "bin/glibc-tunables.txt"), "utf8").trim();
const PROBE = new URL("loop-probe.js", import.meta.url).href;
/** The probe tells five times a second. */
const PROBE_MS = 250;

export const METRICS_TOKEN = "only-for-this-measurement";

/** The longest delays of an event loop, in milliseconds. */
export interface LoopDelay {
	readonly ms: number;
	/** Without what the thread waited for a core. */
	readonly heldMs: number;
}

export class MeasuredServer {
	readonly port: number;
	readonly process: ChildProcess;
	readonly #timer: NodeJS.Timeout;
	#peakBytes = 0;
	#longest: LoopDelay = { ms: 0, heldMs: 0 };

	private constructor(process: ChildProcess, port: number) {
		this.process = process;
		this.port = port;
		void this.#hearProbe();
		this.#timer = setInterval(() => {
			this.#peakBytes = Math.max(this.#peakBytes, this.memoryBytes());
		}, SAMPLE_MS).unref();
	}

	/** Resolves once it is ready. */
	static async start(settings: Record<string, string> = {}): Promise<MeasuredServer> {
		const child = spawn(process.execPath, ["--import", PROBE, path.join(PROJECT, "dist/cli.js"), "serve"], {
			env: { GLIBC_TUNABLES, ...process.env, PORT: "0", HOST: "127.0.0.1", METRICS_TOKEN, ...settings },
			stdio: ["ignore", "pipe", "inherit", "pipe"],
		});
		let port = 0;
		for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
			port = Number(/localhost:(\d+)/.exec(line)?.[1] ?? port);
			if (line.includes("Ready:")) break;
		}
		if (child.exitCode !== null) throw new Error("The server ended before it was ready.");
		child.stdout?.resume();
		return new MeasuredServer(child, port);
	}

	/** Its decoding processes. */
	decoderIds(): number[] {
		return descendantsOf(this.process.pid as number).filter((pid) =>
			commandOf(pid).includes("decode-process"),
		);
	}

	/** Memory of the server and its processes, what they share counted once. */
	memoryBytes(): number {
		return memoryOf(this.process.pid as number);
	}

	/** The most since it was asked last. */
	takePeakBytes(): number {
		const peak = Math.max(this.#peakBytes, this.memoryBytes());
		this.#peakBytes = 0;
		return peak;
	}

	/** Of its event loop since it was asked last. */
	async takeLongestDelay(): Promise<LoopDelay> {
		await wait(PROBE_MS);
		const longest = this.#longest;
		this.#longest = { ms: 0, heldMs: 0 };
		return longest;
	}

	/** Milliseconds in all steps of all photos that were answered, from decoding to searching. */
	async engineMs(): Promise<number> {
		const sums = (await this.#metrics()).matchAll(/^match_stage_duration_seconds_sum\{.*\} (\S+)/gm);
		return [...sums].reduce((sum, [, seconds]) => sum + Number(seconds) * 1000, 0);
	}

	async #hearProbe(): Promise<void> {
		for await (const line of createInterface({ input: this.process.stdio[3] as NodeJS.ReadableStream })) {
			const [ms, heldMs] = line.split(" ").map(Number) as [number, number];
			const { ms: mostMs, heldMs: mostHeldMs } = this.#longest;
			this.#longest = { ms: Math.max(mostMs, ms), heldMs: Math.max(mostHeldMs, heldMs) };
		}
	}

	async #metrics(): Promise<string> {
		const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
		return (await fetch(`http://127.0.0.1:${this.port}/metrics`, { headers })).text();
	}

	async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
		clearInterval(this.#timer);
		const start = performance.now();
		const exited = this.process.exitCode === null ? once(this.process, "exit") : undefined;
		this.process.kill(signal);
		await exited;
		return performance.now() - start;
	}
}

/** Of a process and all that it started, in bytes, what they share counted once. */
export function memoryOf(pid: number): number {
	return [pid, ...descendantsOf(pid)].map(proportionalBytes).reduce((a, b) => a + b, 0);
}

function proportionalBytes(pid: number): number {
	try {
		const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
		return Number(kilobytes) * 1024;
	} catch {
		// it has just ended
		return 0;
	}
}

function descendantsOf(pid: number): number[] {
	return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return "";
	}
}
