/** What a photo is answered with: plain data, for the page, the API and the command line alike. */
import type { Face } from "../faces/face.ts";
import type { GalleryPhoto, Person } from "../gallery/person.ts";
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import type { DecodedPhoto } from "../image/decode-photo.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { Resemblance } from "../resemblance/resemblance.ts";

export interface Lookalike {
	/** 1 is the most similar. */
	readonly rank: number;
	readonly person: Person;
	/** The person's photo that is most similar to the visitor's. */
	readonly photo: GalleryPhoto;
	/** A quarter of the cosine with that photo and three of that with the person's mean, -1 to 1: what ranks people. */
	readonly similarity: number;
	/** Cosine with that photo alone, -1 to 1. */
	readonly photoSimilarity: number;
	readonly resemblance: Resemblance;
}

export interface ExactComparison {
	/** The exact search's answer to the same question. */
	readonly matches: readonly Lookalike[];
	readonly searchMs: number;
	/** What the approximate search alone found, by the index of that name; the answer itself is always the best, whether or not it is compared. */
	readonly lsh: { readonly matches: readonly Lookalike[]; readonly searchMs: number };
	readonly indexName: ReadableGallery["indexName"];
	/** How many of the people in `matches` it found too. */
	readonly agreement: number;
}

export interface AnsweredFace extends Face {
	/** The aligned crop that was embedded. */
	readonly chip: RgbImage;
	/** One row per person, best first. */
	readonly matches: readonly Lookalike[];
	/** True where even the best match is weak: say so instead of celebrating it. */
	readonly isWeak: boolean;
	/** True where better known people were put before more similar ones, or took their places. */
	readonly isOrderedByFame: boolean;
	readonly searchMs: number;
	readonly exact?: ExactComparison;
}

export interface Answer {
	/** The upright photo in which the boxes and landmarks are measured; it may have been shrunk. */
	readonly photo: DecodedPhoto;
	/** The answered faces, the largest central one first; never empty. */
	readonly faces: readonly AnsweredFace[];
	/** Faces that were found beyond the number that is answered. */
	readonly numUnanswered: number;
	/** Of how many photos of one person this is the joint answer, and how many of those counted. */
	readonly fused?: { readonly numPhotos: number; readonly numUsed: number };
	/** Milliseconds per step of the pipeline, in the order in which they ran. */
	readonly timings: Readonly<Record<string, number>>;
}
