/** What `gallery build` and `gallery add` share: reading a list, embedding it with progress, telling what was left out. */
import { access, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { AppError } from "../../errors.ts";
import { expectWritable } from "../../files/atomic-file.ts";
import type { LockedFile } from "../../files/file-lock.ts";
import { misfitRuleOf } from "../../gallery/audit/misfit-rule.ts";
import { BuildJournal, isEmbedded, journalOf } from "../../gallery/building/build-journal.ts";
import {
	joinLists,
	type PhotoList,
	readPhotoList,
	scanPhotoFolder,
} from "../../gallery/building/photo-list.ts";
import { hasPictures, keepPictures, picturesFolderIn } from "../../gallery/folder/pictures.ts";
import { isFolder, withLockedGallery } from "../../gallery/gallery-store.ts";
import type { DenyEntry } from "../../gallery/people/deny-list.ts";
import { NO_FACTS, type PeopleFacts, readPeopleFacts } from "../../gallery/people/people-facts.ts";
import type { GrowOptions } from "../../pipeline/build-gallery.ts";
import { cropPictures } from "../../pipeline/change/crop-pictures.ts";
import type { EmbedTools, ShownFace } from "../../pipeline/embed-photos.ts";
import { samePersonCurve } from "../../resemblance/same-person.ts";
import { lockOptions, type Openers, type SettingFlags, settingsOf } from "../command.ts";
import { readPhotoFile } from "../photo-files.ts";
import { Progress } from "../progress.ts";
import { addRuleFlags, type RuleFlags, readRules } from "./rule-flags.ts";

/** Of what is noted elsewhere. */
const NO_JOURNAL: EmbedTools["journal"] = { find: async () => undefined, add: async () => {} };

export interface EmbedFlags extends SettingFlags, RuleFlags {
	readonly pictures?: true;
	readonly report?: string;
	readonly people?: string;
}

export function addEmbedFlags(command: Command): Command {
	command
		.option("--pictures", "keep a crop of each face for the page to show; the gallery is then a folder")
		.option(
			"--people <csv>",
			"what is known better of people: listed,name,wikipedia,wikidata,fame,known_for,born",
		)
		.option("--report <file>", "write who and what was left out and why, one JSON object a line");
	return addRuleFlags(command);
}

/**
 * One list of all sources.
 * @throws AppError as readPhotoList, scanPhotoFolder, readPeopleFacts and joinLists
 */
export async function readLists(sources: readonly string[], { people }: EmbedFlags): Promise<PhotoList> {
	const facts = people === undefined ? NO_FACTS : await readPeopleFacts(people);
	return joinLists(
		await Promise.all(sources.map(async (source) => [source, await readList(source, facts)] as const)),
	);
}

async function readList(source: string, facts: PeopleFacts): Promise<PhotoList> {
	const status = await stat(source).catch((cause: unknown) => {
		throw new AppError("FILE_NOT_FOUND", `Expected a folder or a list at ${source} but it can't be read.`, {
			cause,
		});
	});
	return status.isDirectory() ? scanPhotoFolder(source, facts) : readPhotoList(source, facts);
}

/** What is to be done with which gallery. */
export interface EmbedRun {
	readonly gallery: string;
	/** For those who have to wait, e.g. "gallery add". */
	readonly purpose: string;
	readonly sources: readonly string[];
	readonly flags: EmbedFlags;
	/** Further people who must not be in it. */
	readonly denied?: readonly DenyEntry[];
	/** Whether what is done is noted beside the gallery. Default true. */
	readonly hasJournal?: boolean;
	/** Throws if the gallery is not as it should be; asked before anything is done to it. */
	readonly expect?: () => void;
}

/**
 * Locks the gallery, opens the models and the run's journal, and closes them whatever happens. The journal goes away
 * only when the work is done; an interrupt ends it between two photos.
 */
export async function withEmbedTools(
	run: EmbedRun,
	openers: Openers,
	work: (tools: EmbedTools, options: GrowOptions, locked: LockedFile) => Promise<void>,
): Promise<void> {
	run.expect?.();
	if (run.flags.pictures) await expectFolder(run.gallery);
	await withLockedGallery(run.gallery, lockOptions(run.purpose), async (locked) => {
		// it may have been built meanwhile
		run.expect?.();
		await withOpenTools(run, openers, (tools, options) => work(tools, options, locked));
	});
}

/** As withEmbedTools, for a gallery that needs no lock. */
export async function withOpenTools(
	{ gallery: galleryFile, purpose, sources, flags, denied, hasJournal = true }: EmbedRun,
	{ openFaceTools }: Openers,
	work: (tools: EmbedTools, options: GrowOptions) => Promise<void>,
): Promise<void> {
	const rules = await readRules(galleryFile, flags, denied);
	if (flags.report !== undefined) await expectWritable(flags.report);
	const tools = await openFaceTools(settingsOf(flags));
	const settings = `${tools.model.pipelineVersion}${flags.pictures ? " with pictures" : ""}`;
	const progress = new Progress("photos");
	const interrupt = new AbortController();
	const onInterrupt = () => {
		interrupt.abort(
			new AppError("SHUTTING_DOWN", "Interrupted.", { hint: "Run the same command again to go on." }),
		);
	};
	process.once("SIGINT", onInterrupt);
	let journal: BuildJournal | undefined;
	let isDone = false;
	try {
		const name = [purpose, settings, ...sources.map((source) => path.resolve(source))].join("\n");
		if (hasJournal) journal = await BuildJournal.open(journalOf(galleryFile, name), settings);
		const noted = journal ?? NO_JOURNAL;
		await work(
			{
				...tools,
				readPhoto: readPhotoFile,
				journal: flags.pictures ? knowingPictures(noted, galleryFile) : noted,
				...(flags.pictures && {
					keepPicture: async (shown: ShownFace) =>
						keepPictures(picturesFolderIn(galleryFile), await cropPictures(shown)),
				}),
			},
			{
				rules,
				misfits: misfitRuleOf(samePersonCurve(tools.model.pipelineVersion)),
				concurrency: Number(flags.workers ?? 1) + 1,
				signal: interrupt.signal,
				onProgress: ({ numDone, numPhotos, numRejected }) => {
					progress.update(numDone, numPhotos, `${numRejected} left out`);
					if (numDone === numPhotos) progress.end();
				},
			},
		);
		isDone = true;
	} finally {
		if (!isDone) progress.end();
		process.off("SIGINT", onInterrupt);
		await journal?.close(isDone);
		await tools.engine.close();
	}
}

/** A photo whose picture is gone is done again: another change of the gallery may have tidied it away meanwhile. */
function knowingPictures(journal: EmbedTools["journal"], folder: string): EmbedTools["journal"] {
	return {
		add: (photo, result) => journal.add(photo, result),
		async find(photo) {
			const result = await journal.find(photo);
			if (!result || !isEmbedded(result) || result.picture === undefined) return result;
			return (await hasPictures(picturesFolderIn(folder), result.picture)) ? result : undefined;
		},
	};
}

/** Pictures need a folder; a gallery that is a single file has none. */
async function expectFolder(gallery: string): Promise<void> {
	const isFile = await access(gallery).then(
		() => !isFolder(gallery),
		() => false,
	);
	if (isFile) {
		throw new AppError("INVALID_ARGUMENT", `Expected a folder at ${gallery} but it is a single file.`, {
			hint: "A gallery with pictures is a folder: build it to a new place, with --pictures.",
		});
	}
	await mkdir(gallery, { recursive: true });
}
