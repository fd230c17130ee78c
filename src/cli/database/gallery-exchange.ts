/** `gallery push`, `gallery pull` and `gallery migrate`: a gallery into a database, out of it, and the tables themselves. */
import type { Command } from "commander";
import { AppError } from "../../errors.ts";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import { Gallery } from "../../gallery/gallery.ts";
import { denyListOf, readGallery, withLockedGallery, writeGallery } from "../../gallery/gallery-store.ts";
import { withFreshScale } from "../../gallery/matching/measure-gallery.ts";
import { formatDenyEntries, readDenyEntries } from "../../gallery/people/deny-list.ts";
import { readStrangers } from "../../resemblance/strangers-file.ts";
import { count, lockOptions, wholeNumber } from "../command.ts";
import { expectNoGallery } from "../gallery/gallery-build.ts";
import { Progress } from "../progress.ts";
import { PushProgress } from "./push-progress.ts";
import { DATABASE_ARGUMENT, expectNoGalleryIn, withDatabase } from "./with-database.ts";

export function addPushCommand(gallery: Command): void {
	gallery
		.command("push")
		.description(
			"bring a gallery into a PostgreSQL database with pgvector; interrupted, it goes on where it was",
		)
		.argument("<gallery>", "the gallery, a file or a folder")
		.argument("<database>", DATABASE_ARGUMENT)
		.option("--force", "take the place of a gallery that is there, also while it is served")
		.action(async (file: string, address: string, { force }: { force?: true }) => {
			await withDatabase(address, async (database) => {
				const { pushGallery } = await import("../../postgres/push-gallery.ts");
				await database.createExtension();
				if (!force) await expectNoGalleryIn(database);
				const before = readGallery(file);
				const pushed = withFreshScale(before, readStrangers(before.pipelineVersion));
				const denied = await readDenyEntries(denyListOf(file), { isOptional: true });
				const stop = stopOnInterrupt();
				const progress = new PushProgress("photos");
				const { numPeople, numPhotos, numResumed, numKeptOut } = await pushGallery(pushed, database, {
					...{ denied, ...progress.listeners, signal: stop.signal },
					onWait: () => console.error("Waiting for whoever reads or changes the gallery that is there …"),
				}).finally(() => {
					progress.end();
					stop.end();
				});
				if (numKeptOut > 0)
					console.log(`Left out ${count(numKeptOut, "photo")}: removed there before, or on the deny list.`);
				const resumed = numResumed > 0 ? `, ${numResumed} of them brought there before` : "";
				console.log(
					`${database.place.label}: ${count(numPeople, "person", "people")}, ${count(numPhotos, "photo")}${resumed}; counts and checksums are right`,
				);
			});
		});
}

export function addPullCommand(gallery: Command): void {
	gallery
		.command("pull")
		.description(
			"make a gallery file of a gallery in a PostgreSQL database; interrupted, it goes on where it was",
		)
		.argument("<database>", DATABASE_ARGUMENT)
		.argument("<file>", "the gallery file to write")
		.option("--force", "take the place of a gallery that is there")
		.option("--seed <n>", "seed of the index", wholeNumber(0), 1)
		.action(async (address: string, file: string, { force, seed }: { force?: true; seed: number }) => {
			if (!force) expectNoGallery(file);
			await withDatabase(address, async (database) => {
				const { pullGallery } = await import("../../postgres/pull-gallery.ts");
				await withLockedGallery(file, lockOptions("gallery pull"), async (locked) => {
					const stop = stopOnInterrupt();
					const progress = new Progress("embeddings");
					const onProgress = (done: number, total: number) => progress.update(done, total);
					const onBegunAnew = () =>
						console.error("The gallery was changed since the interruption: all of it is read anew.");
					const { contents, denied, numResumed, forgetParts } = await pullGallery(database, {
						...{ partsFolder: `${file}.pulling`, onProgress, onBegunAnew, signal: stop.signal },
					}).finally(() => {
						progress.end();
						stop.end();
					});
					const built = Gallery.build(contents, { seed });
					// before the gallery itself, as whoever is on it must not come back
					if (denied.length > 0)
						await writeFileAtomically(denyListOf(file), Buffer.from(formatDenyEntries(denied)));
					await writeGallery(file, built, locked);
					await forgetParts();
					const resumed = numResumed > 0 ? `, ${numResumed} of them read before` : "";
					console.log(
						`${file}: ${count(built.numPeople, "person", "people")}, ${count(built.numPhotos, "photo")}${resumed}; counts and checksums are right`,
					);
				});
			});
		});
}

export function addMigrateCommand(gallery: Command): void {
	gallery
		.command("migrate")
		.description("bring a database's tables to the version that this program works with, or to another")
		.argument("<database>", DATABASE_ARGUMENT)
		.option("--to <version>", "number of a file in migrations/; 0 takes the gallery away", wholeNumber(0))
		.action(async (address: string, { to }: { to?: number }) => {
			await withDatabase(address, async (database) => {
				const { migrate, SCHEMA_VERSION } = await import("../../postgres/migrate.ts");
				await database.createExtension();
				const run = await migrate(database, to ?? SCHEMA_VERSION);
				const done = run.length === 0 ? "nothing to do" : `ran ${run.join(", ")}`;
				console.log(`${database.place.label}: ${done}, version ${to ?? SCHEMA_VERSION}`);
			});
		});
}

/** Ends what takes long between two batches. */
function stopOnInterrupt(): { signal: AbortSignal; end: () => void } {
	const interrupt = new AbortController();
	const onInterrupt = () => {
		interrupt.abort(
			new AppError("SHUTTING_DOWN", "Interrupted.", { hint: "Run the same command again to go on." }),
		);
	};
	process.once("SIGINT", onInterrupt);
	return { signal: interrupt.signal, end: () => process.off("SIGINT", onInterrupt) };
}
