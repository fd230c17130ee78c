/**
 * `npm run bench:load`: the built server under load, attack and kills, on 127.0.0.0/8 only. Attackers have up to three
 * addresses, a polite visitor a fourth. `--full` measures longer and kills more often;
 * `--only=clients`, `attacks` or `kills` measures a part.
 */

import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describeRun, tellRun } from "../describe-run.ts";
import { makeBombs } from "./bombs.ts";
import { MeasuredServer } from "./measured-server.ts";
import { dawdle, formOf, post, type Target, visitPolitely } from "./visitors.ts";

const isFull = process.argv.includes("--full");
const SECONDS = isFull ? 60 : 15;
const NUM_WORKER_KILLS = isFull ? 200 : 40;
const NUM_SERVER_KILLS = isFull ? 60 : 6;
const ATTACKERS = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
const POLITE = "127.0.9.9";
const NO_LIMITS = { RATE_LIMIT_PER_MINUTE: "0", WORK_SECONDS_PER_MINUTE: "0", MAX_PER_ADDRESS: "100" };

/** Does its worst until the signal aborts; one call per address. */
type Attack = (target: Target, address: string, signal: AbortSignal) => Promise<void>;

const demo = path.join(
	path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
	"demo",
);
const photo = formOf(await readFile(path.join(demo, "sample1.jpg")));
const bombs = (await makeBombs()).map(({ bytes }) => formOf(bytes));

console.log(
	`${tellRun(describeRun("bench:load"))} ${SECONDS} s each.
`,
);
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
if (only === undefined || only === "clients") await measureClients();
if (only === undefined || only === "attacks") await measureAttacks();
if (only === undefined || only === "kills") await measureServerKills();

async function measureClients(): Promise<void> {
	const server = await MeasuredServer.start(NO_LIMITS);
	const atRest = server.memoryBytes();
	console.log(
		"| clients | answers per second | p50 ms | p95 ms | p99 ms | refused | peak MB | event loop, longest ms |",
	);
	console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
	for (const numClients of [1, 4, 16, 64]) {
		await post(server, photo, POLITE);
		await server.takeLongestDelayMs();
		server.takePeakBytes();
		const answeredMs: number[] = [];
		let numRefused = 0;
		const untilMs = performance.now() + SECONDS * 1000;
		const ask = async (client: number) => {
			while (performance.now() < untilMs) {
				const { status, ms } = await post(server, photo, `127.0.1.${client + 1}`);
				if (status === 200) answeredMs.push(ms);
				else {
					numRefused++;
					await wait(250);
				}
			}
		};
		await Promise.all(Array.from({ length: numClients }, (_, client) => ask(client)));
		const delayMs = await server.takeLongestDelayMs();
		console.log(
			`| ${numClients} | ${(answeredMs.length / SECONDS).toFixed(1)} | ${quantiles(answeredMs)} | ${numRefused} | ${megabytes(server.takePeakBytes())} | ${delayMs.toFixed(0)} |`,
		);
	}
	await wait(35_000);
	console.log(
		`\nMemory at rest ${megabytes(atRest)} MB, half a minute after this load ${megabytes(server.memoryBytes())} MB.\n`,
	);
	await server.stop();
}

async function measureAttacks(): Promise<void> {
	const attacks: Readonly<Record<string, Attack>> = {
		"ten times as many photos as it can answer": (target, address, signal) =>
			inParallel(10, () => post(target, photo, address, signal), signal),
		"clients that hang up at every stage": (target, address, signal) =>
			inParallel(
				6,
				async (turn) => {
					const gone = AbortSignal.any([signal, AbortSignal.timeout((turn * 137) % 2000)]);
					await post(target, bombs[turn % bombs.length] as Buffer, address, gone);
				},
				signal,
			),
		"slow headers, 150 connections each": (target, address, signal) =>
			keepOpen(150, () => dawdle(target, address, "POST /match HTTP/1.1\r\nHost: x\r\nX-Slow: "), signal),
		"slow bodies, 30 each": (target, address, signal) =>
			keepOpen(
				30,
				() =>
					dawdle(
						target,
						address,
						"POST /match HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n--x\r\n",
					),
				signal,
			),
		"bombs, two at a time each": (target, address, signal) =>
			inParallel(2, (turn) => post(target, bombs[turn % bombs.length] as Buffer, address, signal), signal),
	};
	console.log(
		"| attack from three addresses | polite visitor: answers | p50 ms | p95 ms | p99 ms | peak MB | event loop, longest ms |",
	);
	console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
	for (const [name, attack] of Object.entries<Attack>({ none: async () => {}, ...attacks })) {
		const server = await MeasuredServer.start();
		const over = new AbortController();
		setMaxListeners(0, over.signal);
		const under = Promise.all(ATTACKERS.map((address) => attack(server, address, over.signal)));
		await printPolite(name, server);
		over.abort();
		await under;
		await server.stop();
	}
	const server = await MeasuredServer.start();
	const killing = killWorkers(server);
	await printPolite("decoding processes killed all the time", server);
	console.log(`\n${await killing} decoding processes were killed.`);
	const stopMs = await server.stop();
	console.log(`Stopped in ${(stopMs / 1000).toFixed(1)} s.\n`);
}

async function printPolite(name: string, server: MeasuredServer): Promise<void> {
	await wait(1000);
	await server.takeLongestDelayMs();
	server.takePeakBytes();
	const answeredMs = await visitPolitely(server, photo, POLITE, performance.now() + SECONDS * 1000);
	const delayMs = await server.takeLongestDelayMs();
	console.log(
		`| ${name} | ${answeredMs.length} | ${quantiles(answeredMs)} | ${megabytes(server.takePeakBytes())} | ${delayMs.toFixed(0)} |`,
	);
}

async function killWorkers(server: MeasuredServer): Promise<number> {
	let numKilled = 0;
	for (; numKilled < NUM_WORKER_KILLS; numKilled++) {
		await wait((SECONDS * 1000) / NUM_WORKER_KILLS);
		const [pid] = server.childIds();
		if (pid !== undefined) process.kill(pid, "SIGKILL");
	}
	return numKilled;
}

/** Kills the server while it answers, and starts it again: whether each start is clean. */
async function measureServerKills(): Promise<void> {
	const startMs: number[] = [];
	for (let i = 0; i < NUM_SERVER_KILLS; i++) {
		const start = performance.now();
		const server = await MeasuredServer.start();
		startMs.push(performance.now() - start);
		const asked = [post(server, photo, POLITE), post(server, bombs[i % bombs.length] as Buffer, "127.0.0.1")];
		await wait((i * 97) % 800);
		const children = server.childIds();
		await server.stop("SIGKILL");
		await Promise.all(asked);
		await wait(300);
		const orphans = children.filter(isThere);
		if (orphans.length > 0) console.log(`Left behind: ${orphans.length} decoding processes.`);
	}
	console.log(
		`${NUM_SERVER_KILLS} kills of the server: started again each time, in ${quantiles(startMs).split(" | ")[0]} ms (median).`,
	);
}

async function inParallel(count: number, ask: (turn: number) => Promise<unknown>, signal: AbortSignal) {
	let turn = 0;
	await Promise.all(
		Array.from({ length: count }, async () => {
			while (!signal.aborted) {
				await ask(turn++);
				await wait(20);
			}
		}),
	);
}

async function keepOpen(count: number, open: () => ReturnType<typeof dawdle>, signal: AbortSignal) {
	const sockets = new Set<ReturnType<typeof dawdle>>();
	while (!signal.aborted) {
		while (sockets.size < count) {
			const socket = open();
			sockets.add(socket);
			socket.on("close", () => sockets.delete(socket));
		}
		await wait(100);
	}
	for (const socket of sockets) socket.destroy();
}

function isThere(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

function quantiles(times: readonly number[]): string {
	const sorted = times.toSorted((a, b) => a - b);
	const at = (share: number) =>
		sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(0);
	return [at(0.5), at(0.95), at(0.99)].join(" | ");
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toFixed(0);
}
