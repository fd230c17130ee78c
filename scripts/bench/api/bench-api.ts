/**
 * How many photos `embed` and `match` do in a second, from the command line and over the API, with one engine worker and
 * with two, and whether the memory stays: `npm run bench:api -- --photos 1000`. The server runs without limits by
 * address, and is asked by four at a time.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pMap from "p-map";
import { FacesClient } from "../../../src/client/client.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { MeasuredServer, memoryOf } from "../load/measured-server.ts";
import { makePhotoFiles } from "./photo-files.ts";

const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
/** Requests under way: as many as the server works on, and some that wait. */
const CONCURRENCY = 4;
const SAMPLE_MS = 250;
/** Starting and warming up belong to no third. */
const WARM_UP_SHARE = 0.1;
const SEED = 1;

const { values } = parseArgs({
	options: {
		photos: { type: "string", default: "1000" },
		workers: { type: "string", default: "1,2" },
	},
});
const numPhotos = Number(values.photos);
const workerCounts = values.workers.split(",").map(Number);

interface Figures {
	readonly photosPerS: number;
	/** Of all processes, in megabytes: the most, and the mean while the first and the last third were worked on. */
	readonly peakMb: number;
	readonly firstThirdMb: number;
	readonly lastThirdMb: number;
}

/** Looks at a process's memory until it is told to stop. */
class MemoryWatch {
	readonly #samples: { readonly share: number; readonly megabytes: number }[] = [];
	readonly #timer: NodeJS.Timeout;
	readonly #startMs = performance.now();
	#share = 0;

	constructor(pid: number) {
		this.#timer = setInterval(() => {
			const megabytes = memoryOf(pid) / 1e6;
			if (megabytes > 0) this.#samples.push({ share: this.#share, megabytes });
		}, SAMPLE_MS);
	}

	note(numDone: number): void {
		this.#share = numDone / numPhotos;
	}

	end(): Figures {
		clearInterval(this.#timer);
		const seconds = (performance.now() - this.#startMs) / 1000;
		const meanOf = (from: number, to: number) => {
			const some = this.#samples.filter(({ share }) => share >= from && share <= to);
			return some.reduce((sum, { megabytes }) => sum + megabytes, 0) / some.length;
		};
		return {
			photosPerS: numPhotos / seconds,
			peakMb: Math.max(...this.#samples.map(({ megabytes }) => megabytes)),
			firstThirdMb: meanOf(WARM_UP_SHARE, 1 / 3),
			lastThirdMb: meanOf(2 / 3, 1),
		};
	}
}

/** With its start, as whoever calls it waits for that too. */
async function measureCommand(command: string, numWorkers: number, folder: string): Promise<Figures> {
	const photos = path.join(folder, "0*.jpg");
	const child = spawn(process.execPath, [CLI, command, photos, "--json", "--workers", `${numWorkers}`], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	const watch = new MemoryWatch(child.pid as number);
	let numLines = 0;
	child.stdout.on("data", (text: Buffer) => {
		numLines += text.toString().split("\n").length - 1;
		watch.note(numLines);
	});
	await once(child, "close");
	if (numLines !== numPhotos)
		throw new Error(`Expected ${numPhotos} lines but ${command} wrote ${numLines}.`);
	return watch.end();
}

async function measureApi(
	operation: "embed" | "match",
	numWorkers: number,
	files: readonly string[],
): Promise<Figures> {
	const server = await MeasuredServer.start({
		ENGINE_WORKERS: `${numWorkers}`,
		...{
			MAX_PER_ADDRESS: "100",
			RATE_LIMIT_PER_MINUTE: "0",
			WORK_SECONDS_PER_MINUTE: "0",
			LOG_LEVEL: "info",
		},
	});
	const client = new FacesClient({ url: `http://127.0.0.1:${server.port}`, maxRetries: 20 });
	const watch = new MemoryWatch(server.process.pid as number);
	let numDone = 0;
	await pMap(
		files,
		async (file) => {
			await client[operation](await readFile(file), { face: 0 });
			watch.note(++numDone);
		},
		{ concurrency: CONCURRENCY },
	);
	const figures = watch.end();
	await server.stop();
	return figures;
}

function tell(what: string, numWorkers: number, figures: Figures): void {
	const { photosPerS, peakMb, firstThirdMb, lastThirdMb } = figures;
	const numbers = [photosPerS.toFixed(1), ...[peakMb, firstThirdMb, lastThirdMb].map((mb) => mb.toFixed(0))];
	console.log(`| ${[what, numWorkers, ...numbers].join(" | ")} |`);
}

const folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
try {
	const files = await makePhotoFiles(folder, numPhotos, SEED);
	console.log(`${tellRun(describeRun("bench:api", SEED))}\n`);
	console.log(`${numPhotos} photos of 1200 to 1900 px, one face of each answered.\n`);
	console.log("| what | workers | photos/s | peak MB | MB, first third | MB, last third |");
	console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
	for (const numWorkers of workerCounts) {
		for (const operation of ["embed", "match"] as const) {
			tell(`\`${operation}\`, command line`, numWorkers, await measureCommand(operation, numWorkers, folder));
			tell(`\`${operation}\`, API`, numWorkers, await measureApi(operation, numWorkers, files));
		}
	}
} finally {
	await rm(folder, { recursive: true });
}
