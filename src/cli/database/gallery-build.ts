/** `gallery build --to postgres://…`: several machines embed one list together, and one of them makes the gallery. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors.ts";
import type { PhotoResult } from "../../gallery/building/build-journal.ts";
import type { ListedPhoto, PhotoList } from "../../gallery/building/photo-list.ts";
import type { GallerySettings } from "../../gallery/gallery-settings.ts";
import { withFreshScale } from "../../gallery/matching/measure-gallery.ts";
import { choosePeople } from "../../gallery/people/people-rules.ts";
import { buildGallery, type GrowOptions } from "../../pipeline/build-gallery.ts";
import { type EmbedTools, embedEach } from "../../pipeline/embed-photos.ts";
import type { SharedWork } from "../../postgres/building/shared-work.ts";
import type { Database } from "../../postgres/connection/database.ts";
import { isUnavailable } from "../../postgres/connection/database-errors.ts";
import { readStrangers } from "../../resemblance/strangers-file.ts";
import { count, type Openers } from "../command.ts";
import { type EmbedFlags, readLists, withOpenTools } from "../gallery/gallery-embed.ts";
import { summarise, writeReport } from "../gallery/gallery-report.ts";
import { PushProgress } from "./push-progress.ts";
import { expectNoGalleryIn, withDatabase } from "./with-database.ts";

/** Photos that a machine takes at a time: as many as go through the net together, for each of its threads. */
const NUM_TAKEN = 16;
/** How often it is looked whether others have left something. */
const WAIT_MS = 500;
/** How often a machine says that it is still there; it is believed for a minute. */
const ALIVE_MS = 15_000;
/** How often it is counted how many photos are left: of millions that takes a second. */
const COUNT_MS = 5000;
/** How long a database that is away is waited for, and how often it is asked: another server takes its place in a minute or so. */
const [AWAY_MS, AWAY_PAUSE_MS] = [600_000, 2000];

export interface SharedBuildFlags extends EmbedFlags {
	readonly name?: string;
	readonly seed: number;
	readonly force?: true;
	readonly anew?: true;
}

export async function buildInDatabase(
	address: string,
	sources: readonly string[],
	flags: SharedBuildFlags,
	settings: GallerySettings,
	openers: Openers,
): Promise<void> {
	if (flags.pictures) {
		throw new AppError("INVALID_ARGUMENT", "A database keeps no pictures.", {
			hint: "Build a folder with --pictures, push that, and name its pictures with GALLERY_PICTURES.",
		});
	}
	const list = await readLists(sources, flags);
	await withDatabase(address, async (database) => {
		const { SharedWork } = await import("../../postgres/building/shared-work.ts");
		await database.createExtension();
		if (flags.anew) await SharedWork.startAnew(database);
		if (!flags.force && !(await SharedWork.isUnderWay(database))) await expectNoGalleryIn(database);
		const run = { gallery: `${database.place.schema}.database`, purpose: "gallery build", sources, flags };
		const denied = await deniedIn(database);
		await withOpenTools({ ...run, denied, hasJournal: false }, openers, async (tools, options) => {
			const { list: chosen } = choosePeople(list, options.rules ?? {});
			const work = await SharedWork.join(database, chosen, tools.model.pipelineVersion);
			await doWork(work, chosen, { database, list, tools, options, flags, settings });
		});
	});
}

interface SharedBuild {
	readonly database: Database;
	/** As it was given; who of it may be in the gallery is chosen again. */
	readonly list: PhotoList;
	readonly tools: EmbedTools;
	readonly options: GrowOptions;
	readonly flags: SharedBuildFlags;
	readonly settings: GallerySettings;
}

async function doWork(work: SharedWork, { photos }: PhotoList, build: SharedBuild): Promise<void> {
	const { database, tools, options } = build;
	const { onProgress, ...quiet } = options;
	const alive = setInterval(() => void work.sayAlive().catch(() => {}), ALIVE_MS);
	let [numOwn, countedMs] = [0, Number.NEGATIVE_INFINITY];
	const whileAway = <T>(ask: () => Promise<T>) => waitWhileAway(ask, options.signal);
	const tellProgress = async () => {
		if (!onProgress || performance.now() - countedMs < COUNT_MS) return;
		countedMs = performance.now();
		const numDone = photos.length - (await whileAway(() => work.numLeft()));
		onProgress({ numDone, numPhotos: photos.length, numRejected: 0 });
	};
	try {
		for (;;) {
			options.signal?.throwIfAborted();
			const standing = await whileAway(() => work.take(NUM_TAKEN));
			if (standing.kind === "photos") {
				const taken = new Map(standing.photos.map((place) => [photos[place]!, place]));
				numOwn += taken.size;
				const add = (photo: ListedPhoto, result: PhotoResult) =>
					whileAway(() => work.note(taken.get(photo)!, result));
				await embedEach(
					[...taken.keys()],
					{ ...tools, journal: { find: async () => undefined, add } },
					quiet,
				);
				await tellProgress();
			} else if (standing.kind === "wait") await sleep(WAIT_MS, undefined, { signal: options.signal });
			else {
				console.log(`Embedded ${count(numOwn, "photo")} of ${photos.length} here.`);
				if (standing.kind === "finish") await makeGallery(work, build);
				else console.log(`${database.place.label}: another machine has made the gallery.`);
				return;
			}
		}
	} catch (error) {
		await work.leave().catch(() => {});
		// the signal's own reason says what to do
		throw options.signal?.aborted ? options.signal.reason : error;
	} finally {
		clearInterval(alive);
	}
}

/** Asks again while the database is away, and says so: a server that takes another's place ends no night's work. */
async function waitWhileAway<T>(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	let isTold = false;
	for (const untilMs = performance.now() + AWAY_MS; ; ) {
		try {
			return await ask();
		} catch (error) {
			if (!isUnavailable(error) || signal?.aborted || performance.now() > untilMs) throw error;
			if (!isTold)
				console.error(`${(error as Error).message} Waiting until it does, for ten minutes at most …`);
			isTold = true;
			await sleep(AWAY_PAUSE_MS, undefined, { signal });
		}
	}
}

/** From what all of them have noted. */
async function makeGallery(
	work: SharedWork,
	{ database, list, tools, options, flags, settings }: SharedBuild,
): Promise<void> {
	const results = await waitWhileAway(() => work.results(), options.signal);
	const journal = { find: async ({ source }: ListedPhoto) => results.get(source), add: async () => {} };
	const { name = database.place.schema, seed } = flags;
	const built = await buildGallery(list, { ...tools, journal }, { ...options, name, seed, settings });
	const gallery = withFreshScale(built.gallery, readStrangers(built.gallery.pipelineVersion));
	const progress = new PushProgress("photos into the database");
	const { pushGallery } = await import("../../postgres/push-gallery.ts");
	const push = () => pushGallery(gallery, database, progress.listeners);
	const { numPeople, numPhotos } = await waitWhileAway(push, options.signal).finally(() => progress.end());
	await work.remove();
	if (flags.report) await writeReport(flags.report, built.report);
	console.log(
		`${summarise(built.report, list)}\n${database.place.label}: ${count(numPeople, "person", "people")}, ${count(numPhotos, "photo")}; counts and checksums are right`,
	);
}

/** Who must not come back into the gallery that is there, if one is. */
async function deniedIn(database: Database) {
	const [{ hasGallery }, { readDenied }] = await Promise.all([
		import("../../postgres/read-gallery.ts"),
		import("../../postgres/denied.ts"),
	]);
	return (await hasGallery(database)) ? database.read(readDenied) : [];
}
