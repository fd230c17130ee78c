/** Changes of the gallery that is served, for the API: looked at here, made in a process of their own, told in the audit log. */
import { createHash } from "node:crypto";
import { AppError, type ErrorCode } from "../errors.ts";
import type { ListedPerson } from "../gallery/browse/people-directory.ts";
import type { PhotoResult } from "../gallery/building/build-journal.ts";
import { type Pictures, pictureNameOf } from "../gallery/folder/pictures.ts";
import type { LiveReadableGallery } from "../gallery/live-gallery.ts";
import { interrupted } from "../gallery/order/contents-change.ts";
import { type Person, personKey } from "../gallery/person.ts";
import type { MaybePromise, ReadableGallery } from "../gallery/readable-gallery.ts";
import type { DecodeOptions } from "../image/decode-photo.ts";
import { cropPictures } from "../pipeline/change/crop-pictures.ts";
import type {
	ChangeDone,
	GalleryChange,
	KnownPerson,
	UploadedPhotos,
} from "../pipeline/change/gallery-change.ts";
import { embedEach } from "../pipeline/embed-photos.ts";
import type { FaceTools } from "../pipeline/face-steps.ts";
import type { Administration, Asker, Changed } from "../web/api/admin/administration.ts";
import { type AuditLog, personDigest } from "./audit-log.ts";
import { runChange } from "./run-change.ts";

export interface AdministrationParts {
	/** Where the gallery is changed: a file, a folder, or the address of a database for whoever may write. */
	readonly place: string;
	readonly live: LiveReadableGallery;
	/** How long a question to a gallery's database may take. Default 10 s. */
	readonly databaseTimeoutMs?: number;
	/** Where the gallery's pictures lie, if it may have some. */
	readonly picturesFolder: string | undefined;
	/** Lists of who must not be in any gallery. */
	readonly denyLists: readonly string[];
	readonly log: AuditLog;
	/** Asked anew for every photo. */
	readonly tools: () => FaceTools;
	readonly decodeOptions: DecodeOptions;
	/** Variables of the process that makes a change. */
	readonly environment: NodeJS.ProcessEnv;
	/** Told why the outcome of a change could not be noted. */
	readonly onUnnoted: (error: unknown) => void;
	/** How long a change waits for another process that changes the gallery. Default 10 s. */
	readonly patienceMs?: number;
}

/** Changes that may wait for each other in this process. */
const MAX_WAITING = 16;
/** More would tell photos apart no better. */
const SOURCE_DIGITS = 32;
const NO_JOURNAL = { find: async () => undefined, add: async () => {} };

export class GalleryAdministration implements Administration {
	readonly #parts: AdministrationParts;
	/** Settles when the changes that were asked for so far are made. */
	#last: Promise<unknown> = Promise.resolve();
	#numWaiting = 0;

	constructor(parts: AdministrationParts) {
		this.#parts = parts;
	}

	refresh(): MaybePromise<void> {
		return this.#parts.live.refresh();
	}

	async embed(
		files: readonly Uint8Array[],
		{ credit, signal }: Parameters<Administration["embed"]>[1],
	): Promise<UploadedPhotos> {
		const { live, picturesFolder, tools, decodeOptions } = this.#parts;
		// the same photo has the same name, so that it is not added twice
		const bytesOf = new Map(files.map((bytes) => [sourceOf(bytes), bytes]));
		const listed = [...bytesOf.keys()].map((source) => ({
			...{ source, file: source, person: 0 },
			...(credit && { credit }),
		}));
		const pictures: Pictures[] = [];
		const results = await embedEach(
			listed,
			{
				...tools(),
				readPhoto: async (source) => bytesOf.get(source) as Uint8Array,
				// whoever's request was cut off sends the photos again
				journal: NO_JOURNAL,
				...(picturesFolder !== undefined &&
					keepsPictures(live.current) && {
						keepPicture: async (shown) => {
							const cropped = await cropPictures(shown);
							pictures.push(cropped);
							return pictureNameOf(cropped);
						},
					}),
			},
			{ ...decodeOptions, signal, expectOneFace: true },
		);
		const resultOf = new Map([...results].map(([{ source }, result]) => [source, result]));
		const sources = files.map(sourceOf);
		return {
			photos: sources.map((source) => ({ source, result: resultOf.get(source) as PhotoResult })),
			pictures,
			...(credit && { credit }),
		};
	}

	addPerson(person: Person, uploaded: UploadedPhotos, asker: Asker): Promise<Changed> {
		return this.#change({ kind: "add-person", person, uploaded }, personKey(person), "addPerson", asker);
	}

	addPhotos(
		entry: ListedPerson,
		uploaded: UploadedPhotos,
		{ isSure }: { readonly isSure: boolean },
		asker: Asker,
	): Promise<Changed> {
		const person = this.#known(entry);
		return this.#change({ kind: "add-photos", person, uploaded, isSure }, person.key, "addPhotos", asker);
	}

	removePerson(entry: ListedPerson, asker: Asker): Promise<Changed> {
		const person = this.#known(entry);
		return this.#change({ kind: "remove-person", person }, person.key, "removePerson", asker);
	}

	removePhoto(entry: ListedPerson, source: string, asker: Asker): Promise<Changed> {
		const person = this.#known(entry);
		return this.#change({ kind: "remove-photo", person, source }, person.key, "removePhoto", asker);
	}

	renamePerson(
		entry: ListedPerson,
		changes: Partial<Pick<Person, "name" | "wikipedia">>,
		asker: Asker,
	): Promise<Changed> {
		const person = this.#known(entry);
		return this.#change({ kind: "rename-person", person, changes }, person.key, "renamePerson", asker, {
			newPerson: personDigest(personKey({ ...entry.person, ...changes })),
		});
	}

	async noteRefused(action: string, { key, requestId }: Asker): Promise<void> {
		const { log, onUnnoted } = this.#parts;
		await log.add({ requestId, key, action, outcome: "refused", code: "FORBIDDEN" }).catch(onUnnoted);
	}

	#known({ person, rows }: ListedPerson): KnownPerson {
		const { current } = this.#parts.live;
		return { key: personKey(person), sources: rows.map((row) => current.source(row)) };
	}

	async #change(
		change: GalleryChange,
		person: string,
		action: string,
		{ key, requestId }: Asker,
		more: { readonly newPerson?: string } = {},
	): Promise<Changed> {
		const { log, live, onUnnoted } = this.#parts;
		const entry = { requestId, key, action, person: personDigest(person), ...more };
		try {
			// what can't be told is not done
			await log.add({ ...entry, outcome: "begun" });
		} catch (error) {
			throw fitForApi(error);
		}
		try {
			const done = await this.#inTurn(() => this.#run(change, action, { key, requestId }));
			const { numPhotos, refused, version } = done;
			const outcome = numPhotos === 0 && refused.length > 0 ? "refused" : "done";
			await log.add({ ...entry, outcome, numPhotos, numRefused: refused.length }).catch(onUnnoted);
			await live.catchUp(version);
			return { ...done, gallery: live.current };
		} catch (error) {
			const code = error instanceof AppError ? error.code : "INTERNAL_ERROR";
			const outcome = FAILURES.has(code) ? "failed" : "refused";
			await log.add({ ...entry, outcome, code }).catch(onUnnoted);
			// it may have been made all the same
			if (code === "CHANGE_INTERRUPTED" || code === "DATABASE_UNAVAILABLE") await live.refresh();
			throw fitForApi(error);
		}
	}

	/** One after the other, as each wants a core for itself and all the same lock. */
	async #inTurn<T>(work: () => Promise<T>): Promise<T> {
		if (this.#numWaiting >= MAX_WAITING) throw busy();
		this.#numWaiting++;
		const turn = this.#last.then(work);
		this.#last = turn.catch(() => undefined);
		try {
			return await turn;
		} finally {
			this.#numWaiting--;
		}
	}

	#run(change: GalleryChange, action: string, asker: Asker): Promise<ChangeDone> {
		const {
			place,
			denyLists,
			databaseTimeoutMs,
			picturesFolder,
			environment,
			patienceMs = 10_000,
		} = this.#parts;
		const order = { place, change, denyLists, patienceMs, asker, purpose: `the API's ${action}` };
		return runChange(
			{
				...order,
				...(databaseTimeoutMs !== undefined && { databaseTimeoutMs }),
				...(picturesFolder !== undefined && { picturesFolder }),
			},
			environment,
		);
	}
}

/** The photo's own bytes name it: where it came from is nobody's business. */
function sourceOf(bytes: Uint8Array): string {
	return `upload/${createHash("sha256").update(bytes).digest("hex").slice(0, SOURCE_DIGITS)}`;
}

/** A gallery without pictures is to have none. */
function keepsPictures(gallery: ReadableGallery): boolean {
	const rows = gallery.rows();
	return rows.length === 0 || rows.some((row) => gallery.picture(row) !== undefined);
}

/** What is not the asker's doing. */
const FAILURES: ReadonlySet<string> = new Set([
	"INTERNAL_ERROR",
	"CHANGE_INTERRUPTED",
	"DATABASE_UNAVAILABLE",
]);
const IN_USE: ReadonlySet<ErrorCode> = new Set(["FILE_IN_USE", "FILE_CHANGED"]);
const NOT_WRITABLE: ReadonlySet<ErrorCode> = new Set([
	...(["DISK_FULL", "READ_ONLY", "FILE_NOT_WRITABLE"] as const),
	// whoever is to write may not, or is sent elsewhere than the gallery is
	...(["DATABASE_REFUSED", "DATABASE_UNFIT", "FILE_NOT_FOUND", "INVALID_SETTING"] as const),
]);

/** What files and databases say names paths and hosts of the server, which are nobody's business. */
function fitForApi(error: unknown): unknown {
	if (!(error instanceof AppError)) return error;
	if (IN_USE.has(error.code)) return busy(error);
	if (error.code === "DATABASE_UNAVAILABLE") return interrupted(error);
	if (!NOT_WRITABLE.has(error.code)) return error;
	return new AppError("GALLERY_NOT_WRITABLE", "The gallery or the log of its changes can't be written.", {
		hint: "Nothing was changed. The server's log says more.",
		cause: error,
	});
}

function busy(cause?: unknown): AppError {
	return new AppError("GALLERY_BUSY", "Somebody else is changing the gallery.", {
		hint: "Nothing was changed. Send the same again in a few seconds.",
		cause,
	});
}
