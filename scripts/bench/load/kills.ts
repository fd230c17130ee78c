/** Kills in the middle of the work: of decoding processes, of the server, and of one of two who change a gallery. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import type { Random } from "../../../src/search/random.ts";
import { isAlive } from "../../../test/helpers/processes/processes.ts";
import { MeasuredServer } from "./measured-server.ts";
import { post } from "./visitors.ts";

const PROJECT = path.join(import.meta.dirname, "../../..");
const CLI = path.join(PROJECT, "dist/cli.js");
/** Which process of a killed server is still there after this has been left behind: a busy machine takes seconds. */
const ORPHAN_MS = 20_000;
const STARTER = path.join(PROJECT, "data/starter.gallery");

/**
 * @param overMs how long it should take; longer where there is nobody to be killed
 * @returns how many were killed
 */
export async function killWorkers(server: MeasuredServer, numKills: number, overMs: number): Promise<number> {
	const killed = new Set<number>();
	while (killed.size < numKills) {
		await wait(overMs / numKills);
		// the one that takes its place may take its time
		const pid = server.decoderIds().find((pid) => !killed.has(pid));
		if (pid === undefined) continue;
		process.kill(pid, "SIGKILL");
		killed.add(pid);
	}
	return killed.size;
}

/**
 * Kills the server while it answers, and starts it again.
 * @param forms what it is asked meanwhile
 * @returns milliseconds of each start, and decoding processes that were left behind
 */
export async function killServers(numKills: number, forms: readonly Buffer[], random: Random) {
	const startMs: number[] = [];
	let numOrphans = 0;
	for (let i = 0; i < numKills; i++) {
		const start = performance.now();
		const server = await MeasuredServer.start();
		startMs.push(performance.now() - start);
		const asked = forms.map((form, j) => post(server, form, `127.0.0.${j + 1}`));
		await wait(random.below(800));
		const children = server.decoderIds();
		await server.stop("SIGKILL");
		await Promise.all(asked);
		for (let waitedMs = 0; waitedMs < ORPHAN_MS && children.some(isAlive); waitedMs += 100) await wait(100);
		numOrphans += children.filter(isAlive).length;
	}
	return { startMs, numOrphans };
}

/**
 * Two processes each remove somebody else of one gallery at once, and one of them is killed meanwhile.
 * @returns kills after which the gallery could not be read, had lost anybody else, or what the other one did
 */
export async function killWriters(numKills: number, random: Random) {
	const folder = await mkdtemp(path.join(os.tmpdir(), "bench-writers-"));
	const gallery = path.join(folder, "people.gallery");
	await copyFile(STARTER, gallery);
	const everybody = await namesIn(gallery);
	const gone = new Set<string>();
	let numLost = 0;
	for (let i = 0; i < numKills; i++) {
		const [killed, left] = [everybody[i * 2] as string, everybody[i * 2 + 1] as string];
		const [first, second] = [killed, left].map((name) =>
			spawn(process.execPath, [CLI, "gallery", "remove", gallery, "--person", name], { stdio: "ignore" }),
		) as [ReturnType<typeof spawn>, ReturnType<typeof spawn>];
		const ended = Promise.all([once(first, "exit"), once(second, "exit")]);
		await wait(random.below(1500));
		first.kill("SIGKILL");
		const [, [code]] = await ended;
		gone.add(left);
		const now = new Set(await namesIn(gallery).catch(() => []));
		// the one that was killed had its change in, or not
		if (!now.has(killed)) gone.add(killed);
		if (code !== 0 || everybody.some((name) => now.has(name) === gone.has(name))) numLost++;
	}
	// what a killed process left is cleaned by whoever comes next
	await promisify(execFile)(process.execPath, [CLI, "gallery", "compact", gallery]);
	const kept = ["people.gallery", "people.gallery.deny.csv"];
	const leftovers = (await readdir(folder)).filter((name) => !kept.includes(name));
	await rm(folder, { recursive: true });
	return { numLost, leftovers };
}

async function namesIn(gallery: string): Promise<string[]> {
	const args = [CLI, "gallery", "list", gallery, "--json"];
	const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 100e6 });
	return stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line).name);
}
