/** The gallery that is being served: whenever its file is replaced by another whole gallery, that one takes over. */
import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Gallery } from "./gallery.ts";
import {
	changingFileOf,
	followGallery,
	hasGallery,
	type OpenedGallery,
	openGallery,
} from "./gallery-store.ts";
import type { MaybePromise, ReadableGallery } from "./readable-gallery.ts";

/** A gallery that is being served, wherever it is kept. */
export interface LiveReadableGallery {
	/** Whoever answers a question keeps the gallery that was current when it began. */
	readonly current: ReadableGallery;
	/** Whether questions can be answered: a database may be away. */
	readonly isReachable: boolean;
	/** What has become of it since: where it is missing or was refused, the gallery before stays in use. */
	readonly fileState: "served" | "missing" | "refused";
	/** Takes the gallery as it is now, without waiting until it is looked at again. Never throws. */
	refresh(): MaybePromise<void>;
	/** Takes it once it is what a change has made of it. @param version as the change told it */
	catchUp(version: number | undefined): MaybePromise<void>;
	close(): MaybePromise<void>;
}

export interface LiveGalleryOptions {
	/** That of the running program. */
	readonly pipelineVersion: string;
	/** Told when another gallery has taken over. */
	readonly onChange: (gallery: Gallery) => void;
	/** Told why a changed file was not taken; the gallery before stays in use. */
	readonly onFailure: (error: unknown) => void;
	/** What is served until there is a gallery at the place that is watched; without it, there must be one. */
	readonly meanwhile?: string | undefined;
	/** How often the file is looked at. Default 1,000. */
	readonly intervalMs?: number;
}

export class LiveGallery implements LiveReadableGallery {
	/** What is in memory always answers. */
	readonly isReachable = true;
	readonly #file: string;
	readonly #options: Omit<LiveGalleryOptions, "intervalMs">;
	readonly #timer: NodeJS.Timeout;
	#isLooking = false;
	#opened: OpenedGallery;
	/** Of the file when it was looked at last; undefined while there is none. */
	#seen: string | undefined;
	#fileState: LiveReadableGallery["fileState"] = "served";

	private constructor(
		file: string,
		seen: string | undefined,
		first: OpenedGallery,
		{ intervalMs = 1000, ...options }: LiveGalleryOptions,
	) {
		this.#file = file;
		this.#seen = seen;
		this.#opened = first;
		this.#options = options;
		// polled, as a rename over the file ends what watchers watch
		this.#timer = setInterval(() => void this.#look(), intervalMs).unref();
	}

	/** @throws AppError as readGallery */
	static open(file: string, options: LiveGalleryOptions): LiveGallery {
		const { meanwhile = file, pipelineVersion } = options;
		// before it is read: what changes meanwhile is read again
		const seen = stateOf(file);
		const first = openGallery(hasGallery(file) ? file : meanwhile, pipelineVersion);
		return new LiveGallery(file, seen, first, options);
	}

	/** Whoever answers a question keeps the gallery that was current when it began. */
	get current(): Gallery {
		return this.#opened.gallery;
	}

	/** What has become of the file since: where it is missing or was refused, the gallery before stays in use. */
	get fileState(): LiveReadableGallery["fileState"] {
		return this.#fileState;
	}

	close(): void {
		clearInterval(this.#timer);
	}

	/** A file is there at once. */
	catchUp(): void {
		this.refresh();
	}

	/** Takes the file as it is now, without waiting until it is looked at again. */
	refresh(): void {
		const { pipelineVersion, onChange, onFailure } = this.#options;
		const state = stateOf(this.#file);
		if (state === this.#seen) return;
		this.#seen = state;
		if (state === undefined) {
			// what went away is no new gallery
			this.#fileState = "missing";
			return;
		}
		try {
			this.#opened = followGallery(this.#file, this.#opened, pipelineVersion);
			this.#fileState = "served";
			onChange(this.current);
		} catch (error) {
			this.#fileState = "refused";
			onFailure(error);
		}
	}

	async #look(): Promise<void> {
		if (this.#isLooking) return;
		this.#isLooking = true;
		// a disk that does not answer is waited for here, and not by everybody
		await stat(this.#file).catch(() => {});
		this.#isLooking = false;
		this.refresh();
	}
}

/** Differs whenever a gallery was replaced or written to; undefined where there is none, or none that may be seen. */
function stateOf(gallery: string): string | undefined {
	try {
		const { ino, size, mtimeNs } = statSync(changingFileOf(gallery), { bigint: true });
		return `${ino} ${size} ${mtimeNs}`;
	} catch {
		return undefined;
	}
}
