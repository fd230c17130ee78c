/**
 * Kills commands that make or change a gallery (kill -9) at random moments, lets the same command run again, and
 * compares what is there with what an undisturbed run makes.
 */
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { hasGallery, readGallery } from "../../src/gallery/gallery-store.ts";
import { verifyGallery } from "../../src/gallery/verify/verify-gallery.ts";
import type { Random } from "../../src/search/random.ts";
import { type Ended, runCli } from "../../test/helpers/processes/run-cli.ts";
import { startStandIn } from "../../test/helpers/wikimedia/stand-in.ts";
import {
	argumentsOf,
	makeStart,
	type Operation,
	type Photos,
	STARTS,
	type Start,
	whoLeaves,
} from "./operations.ts";
import { watchTree } from "./watch-tree.ts";

/** When a command is killed: at a share of an undisturbed run's time, or at one of its changes of files. */
export type Moment = { readonly afterMs: number } | { readonly atChange: number };

export interface Run {
	readonly ended: Ended;
	readonly ms: number;
	/** Changes of files that were seen. */
	readonly numChanges: number;
}

export interface KillResult {
	readonly operation: Operation;
	readonly moments: readonly Moment[];
	/** What is not as it should be; nothing if all is well. */
	readonly problems: readonly string[];
}

export class KillRuns {
	readonly #folder: string;
	readonly #photos: Photos;
	readonly #random: Random;
	readonly #starts = new Map<Start, string>();
	#numRuns = 0;

	/** @param folder an empty one */
	constructor(folder: string, photos: Photos, random: Random) {
		this.#folder = folder;
		this.#photos = photos;
		this.#random = random;
	}

	/**
	 * One undisturbed run, then runs that are killed.
	 * @param numKills of this operation; every third run is killed twice before it may end
	 */
	async killAll(operation: Operation, numKills: number): Promise<KillResult[]> {
		const start = await this.#startOf(operation);
		const reference = await this.#placeFor(start);
		const whole = await this.#run(operation, reference);
		if (whole.ended.code !== 0) throw new Error(`${operation} fails undisturbed: ${whole.ended.stderr}`);
		const results: KillResult[] = [];
		for (let numKilled = 0; numKilled < numKills; ) {
			const numWanted = Math.min(numKilled % 3 === 2 ? 2 : 1, numKills - numKilled);
			const moments = Array.from({ length: numWanted }, () => this.#momentOf(whole));
			const problems = await this.#killOnce(operation, { start, reference, moments });
			results.push({ operation, moments, problems });
			numKilled += numWanted;
		}
		return results;
	}

	async #killOnce(
		operation: Operation,
		{
			start,
			reference,
			moments,
		}: { start: string | undefined; reference: string; moments: readonly Moment[] },
	): Promise<string[]> {
		const place = await this.#placeFor(start);
		const problems: string[] = [];
		const wanted = stateOf(reference);
		const allowed = [start === undefined ? undefined : stateOf(start), wanted];
		for (const moment of moments) {
			await this.#run(operation, place, moment);
			const state = hasGallery(place) ? stateOf(place) : undefined;
			if (!allowed.includes(state)) problems.push("after the kill: neither the old gallery nor the new one");
			if (state !== undefined) problems.push(...(await damagesOf(place)));
		}
		const { ended } = await this.#run(operation, place);
		// killed when all was done: the same command finds nothing more to do
		const isDoneBefore = ended.code === 1 && ended.stderr.startsWith("INVALID_ARGUMENT");
		if (ended.code !== 0 && !isDoneBefore)
			problems.push(`the run after it ends with ${ended.code}: ${ended.stderr}`);
		if (!hasGallery(place) || stateOf(place) !== wanted) problems.push("another gallery than undisturbed");
		for (const check of await verifyGallery(place, { isAnyLicenceFine: false }))
			problems.push(...check.problems);
		const isLeftOver = (name: string) =>
			name.endsWith(".tmp") || (name.endsWith(".journal") && !isDoneBefore);
		const around = await readdir(path.dirname(place), { recursive: true });
		problems.push(...around.filter(isLeftOver).map((name) => `left over: ${name}`));
		const leaver = whoLeaves(operation);
		if (start !== undefined && leaver !== undefined)
			problems.push(...(await findTraces(path.dirname(place), tracesOf(start, leaver))));
		return problems;
	}

	#momentOf({ ms, numChanges }: Run): Moment {
		return this.#random.uniform() < 0.5
			? { afterMs: Math.round(this.#random.uniform() * ms) }
			: { atChange: this.#random.below(Math.max(numChanges, 1)) };
	}

	/** What an operation starts from: nothing, or a gallery that is made once for all that start from it, and copied. */
	async #startOf(operation: Operation): Promise<string | undefined> {
		const start = STARTS[operation];
		if (start === "nothing") return undefined;
		const place = this.#starts.get(start) ?? (await this.#make(start));
		this.#starts.set(start, place);
		return place;
	}

	async #make(start: Exclude<Start, "nothing">): Promise<string> {
		const place = await this.#placeFor(undefined);
		await makeStart(start, place, this.#photos, async (args) => {
			const { code, stderr } = await runCli(args);
			if (code !== 0) throw new Error(`${args.join(" ")} fails: ${stderr}`);
		});
		return place;
	}

	async #placeFor(start: string | undefined): Promise<string> {
		const place = path.join(this.#folder, `${this.#numRuns++}`, "x.gallery");
		await mkdir(path.dirname(place), { recursive: true });
		if (start !== undefined) await cp(start, place, { recursive: true });
		return place;
	}

	async #run(operation: Operation, place: string, moment?: Moment): Promise<Run> {
		// slow enough that a kill can fall between two photos
		const wikimedia =
			operation === "fetch" ? await startStandIn(this.#photos.world, { delaysMs: { media: 20 } }) : undefined;
		const kill = new AbortController();
		let numChanges = 0;
		const endWatch = watchTree(path.dirname(place), () => {
			if (moment && "atChange" in moment && numChanges === moment.atChange) kill.abort();
			numChanges++;
		});
		const startMs = performance.now();
		const ended = await runCli(
			argumentsOf(operation, place, this.#photos),
			(child) => {
				kill.signal.addEventListener("abort", () => child.kill("SIGKILL"));
				if (!moment || !("afterMs" in moment)) return;
				const timer = setTimeout(() => child.kill("SIGKILL"), moment.afterMs);
				child.on("exit", () => clearTimeout(timer));
			},
			wikimedia?.environment,
		);
		endWatch();
		await wikimedia?.close();
		return { ended, ms: performance.now() - startMs, numChanges };
	}
}

/**
 * What is wrong with a gallery's own files just after a kill. What was left beside them the next change takes away, and
 * whom a removal has put on the deny list before anything else, the same command removes.
 */
async function damagesOf(place: string): Promise<string[]> {
	const checks = await verifyGallery(place, { isAnyLicenceFine: false });
	const isExpected = (problem: string) =>
		/(do|does) not belong to the gallery$|belongs to no photo$|is denied: removed$/.test(problem);
	return checks.flatMap(({ problems }) => problems.filter((problem) => !isExpected(problem)));
}

/** Bytes by which a person of a gallery could be known again: names, sources, pictures and embeddings. */
function tracesOf(place: string, name: string): Map<string, Buffer> {
	const gallery = readGallery(place);
	const traces = new Map([[name, Buffer.from(name)]]);
	for (const row of gallery.rows().filter((one) => gallery.person(gallery.index.group(one)).name === name)) {
		const embedding = Buffer.from(gallery.index.embedding(row).slice().buffer);
		traces.set(`embedding ${row}`, embedding.subarray(64, 128));
		traces.set(`embedding ${row} as text`, Buffer.from(embedding.toString("base64").slice(100, 140)));
		const { source, picture } = gallery.photo(row);
		for (const text of [source, picture ?? source]) traces.set(text, Buffer.from(text));
	}
	return traces;
}

async function findTraces(folder: string, traces: ReadonlyMap<string, Buffer>): Promise<string[]> {
	const found: string[] = [];
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const file = path.join(entry.parentPath, entry.name);
		const bytes = await readFile(file);
		for (const [what, trace] of traces)
			if (bytes.includes(trace) || entry.name.includes(what)) found.push(`${what} is left in ${file}`);
	}
	return found;
}

/** All that a gallery says and finds, without how often it was written. */
function stateOf(place: string): string {
	const { embeddings, scale: _, ...contents } = readGallery(place).contents();
	return `${JSON.stringify(contents, (_key, value) => (value instanceof Float32Array ? [...value] : value))} ${Buffer.from(embeddings.buffer).toString("base64")}`;
}
