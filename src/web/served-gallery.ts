/** The gallery behind the pages about its people. */
import type { Gallery } from "../gallery/gallery.ts";
import type { Calibration } from "../resemblance/calibration.ts";

export interface ServedGallery {
	readonly gallery: Gallery;
	/** What similarities mean in it. */
	readonly calibration: Calibration;
}

/** Asked anew for every request, since galleries change while they are served. */
export type AskGallery = () => ServedGallery;
