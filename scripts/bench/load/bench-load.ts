/**
 * `npm run bench:load`: the built server under load, attack and kills, on 127.0.0.0/8 only. Attackers have up to three
 * addresses, a polite visitor a fourth. `--full` measures a minute each and kills as often as a release wants (about
 * 40 minutes on two cores that do nothing else); `--only=clients`, `attacks`, `workers`, `servers` or `writers` (the last
 * three are killed) measures a part, of which each takes less than a quarter of an hour; `--seconds=5` shortens each
 * measurement, `--kills=3` each kind of kill, and `--attack=bombs` is for the attacks with that in their name.
 */

import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { loadavg } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../../../src/search/random.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { type Attack, attacksWith, type Tally, tellTally } from "./attacks.ts";
import { makeBombs } from "./bombs.ts";
import { killServers, killWorkers, killWriters } from "./kills.ts";
import { type LoopDelay, MeasuredServer } from "./measured-server.ts";
import { formOf, post, visitPolitely } from "./visitors.ts";

const SEED = 13;
const isFull = process.argv.includes("--full");
const SECONDS = Number(flagOf("seconds") ?? (isFull ? 60 : 15));
const kills = Number(flagOf("kills"));
const usualKills = isFull
	? { workers: 200, servers: 60, writers: 60 }
	: { workers: 40, servers: 6, writers: 10 };
const KILLS = kills ? { workers: kills, servers: kills, writers: kills } : usualKills;
const ATTACKERS = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
const POLITE = "127.0.9.9";
const NO_LIMITS = { RATE_LIMIT_PER_MINUTE: "0", WORK_SECONDS_PER_MINUTE: "0", MAX_PER_ADDRESS: "100" };

const demo = path.join(
	path.dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
	"demo",
);
const random = new Random(SEED);
const photo = formOf(await readFile(path.join(demo, "sample1.jpg")));

console.log(`${tellRun(describeRun("bench:load", SEED))} ${SECONDS} s each; load average ${tellLoad()}.\n`);
const parts: Readonly<Record<string, () => Promise<void>>> = {
	clients: measureClients,
	attacks: measureAttacks,
	workers: measureWorkerKills,
	servers: measureServerKills,
	writers: measureWriterKills,
};
const only = flagOf("only");
for (const [name, measure] of Object.entries(parts)) if (only === undefined || only === name) await measure();
console.log(`Load average at the end ${tellLoad()}.`);

async function measureClients(): Promise<void> {
	const server = await MeasuredServer.start(NO_LIMITS);
	const atRest = server.memoryBytes();
	console.log(
		"| clients | answers per second | p50 ms | p95 ms | p99 ms | refused | peak MB | event loop, longest ms | without waits for a core | load |",
	);
	console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
	for (const numClients of [1, 4, 16, 64]) {
		await post(server, photo, POLITE);
		await server.takeLongestDelay();
		server.takePeakBytes();
		const answeredMs: number[] = [];
		let numRefused = 0;
		const startMs = performance.now();
		const ask = async (client: number) => {
			while (performance.now() < startMs + SECONDS * 1000) {
				// another one in each row: whom the row before cost most would come last in the next
				const { status, ms } = await post(server, photo, `127.0.${numClients}.${client + 1}`);
				if (status === 200) answeredMs.push(ms);
				else {
					numRefused++;
					await wait(250);
				}
			}
		};
		await Promise.all(Array.from({ length: numClients }, (_, client) => ask(client)));
		const perSecond = (answeredMs.length * 1000) / (performance.now() - startMs);
		const delay = await server.takeLongestDelay();
		console.log(
			`| ${numClients} | ${perSecond.toFixed(1)} | ${quantiles(answeredMs)} | ${numRefused} | ${megabytes(server.takePeakBytes())} | ${tellDelay(delay)} | ${tellLoad()} |`,
		);
	}
	await wait(35_000);
	console.log(
		`\nMemory at rest ${megabytes(atRest)} MB, half a minute after this load ${megabytes(server.memoryBytes())} MB.\n`,
	);
	await server.stop();
}

async function measureAttacks(): Promise<void> {
	console.log(
		"| attack from three addresses | attackers got | polite visitor: answers | p50 ms | p95 ms | p99 ms | peak MB | event loop, longest ms | without waits for a core | load |",
	);
	console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
	// a minute of work by itself
	const bombs = (await makeBombs()).map(({ bytes }) => formOf(bytes));
	const attacks = attacksWith({ photo, bombs, random });
	for (const [name, attack] of Object.entries<Attack>({ none: async () => {}, ...attacks })) {
		if (!name.includes(flagOf("attack") ?? "")) continue;
		const server = await MeasuredServer.start();
		const over = new AbortController();
		setMaxListeners(0, over.signal);
		const tally: Tally = new Map();
		const under = Promise.all(ATTACKERS.map((address) => attack(server, address, over.signal, tally)));
		const polite = await measurePolite(server);
		const got = tellTally(tally);
		over.abort();
		await under;
		console.log(`| ${name} | ${got} | ${polite} |`);
		await server.stop();
	}
	console.log("");
}

async function measureWorkerKills(): Promise<void> {
	const server = await MeasuredServer.start();
	const killing = killWorkers(server, KILLS.workers, SECONDS * 1000);
	const polite = await measurePolite(server);
	let isOver = false;
	void killing.then(() => {
		isOver = true;
	});
	// on a busy machine some are still to be killed, and another one is started only for another photo
	while (!isOver) {
		await post(server, photo, POLITE);
		await wait(1000);
	}
	console.log(`${await killing} kills of decoding processes, beside a polite visitor: | ${polite} |`);
	console.log(`Stopped in ${((await server.stop()) / 1000).toFixed(1)} s.`);
}

async function measureServerKills(): Promise<void> {
	const { startMs, numOrphans } = await killServers(KILLS.servers, [photo, photo, photo], random);
	console.log(
		`${startMs.length} kills of the server: ready again each time, in ${quantiles(startMs)} ms (p50 | p95 | p99); ${numOrphans} processes left behind.`,
	);
}

async function measureWriterKills(): Promise<void> {
	const { numLost, leftovers } = await killWriters(KILLS.writers, random);
	console.log(
		`${KILLS.writers} kills of one of two who change a gallery: ${numLost} with a loss; files left behind: ${leftovers.join(", ") || "none"}.`,
	);
}

/** @returns what the visitor saw, as cells of a table's row */
async function measurePolite(server: MeasuredServer): Promise<string> {
	await wait(1000);
	await server.takeLongestDelay();
	server.takePeakBytes();
	const answeredMs = await visitPolitely(server, photo, POLITE, performance.now() + SECONDS * 1000);
	const delay = await server.takeLongestDelay();
	return [
		answeredMs.length,
		quantiles(answeredMs),
		megabytes(server.takePeakBytes()),
		tellDelay(delay),
		tellLoad(),
	].join(" | ");
}

function flagOf(flag: string): string | undefined {
	return process.argv.find((argument) => argument.startsWith(`--${flag}=`))?.slice(flag.length + 3);
}

function tellDelay({ ms, heldMs }: LoopDelay): string {
	return `${ms.toFixed(0)} | ${heldMs.toFixed(0)}`;
}

function tellLoad(): string {
	return (loadavg()[0] ?? 0).toFixed(0);
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
