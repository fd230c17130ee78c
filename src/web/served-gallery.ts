/** The gallery behind the pages about its people. */
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import type { Strangers } from "../resemblance/strangers.ts";

export interface ServedGallery {
	readonly gallery: ReadableGallery;
	/** Whom its scores are measured against. */
	readonly strangers: Strangers | undefined;
}

/** Asked anew for every request, since galleries change while they are served. */
export type AskGallery = () => ServedGallery;
