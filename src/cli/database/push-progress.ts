/** How far a gallery is on its way into a database: its photos, then the index that is made of them there. */
import type { PushOptions } from "../../postgres/push-gallery.ts";
import { Progress } from "../progress.ts";

export class PushProgress {
	readonly #photos: Progress;
	#index: Progress | undefined;

	/** @param label of the photos */
	constructor(label: string) {
		this.#photos = new Progress(label);
	}

	readonly listeners = {
		onProgress: (done, total) => this.#photos.update(done, total),
		onIndexing: (done, total) => {
			if (!this.#index) this.#photos.end();
			this.#index ??= new Progress("blocks of the index");
			this.#index.update(done, total);
		},
	} satisfies PushOptions;

	/** Ends the line, so that what follows starts on its own. */
	end(): void {
		(this.#index ?? this.#photos).end();
	}
}
