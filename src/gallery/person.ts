/** Who a gallery knows, and what it keeps of each of their photos. */
import type { Box, Landmarks } from "../faces/face-engine.ts";

export interface Person {
	/** The name to show. */
	readonly name: string;
	/** Title of the person's article in the English Wikipedia, where known. */
	readonly wikipedia: string | undefined;
	/** What part of the gallery the person belongs to, e.g. "celebrities"; "" where the gallery has no parts. */
	readonly collection: string;
}

/** One photo of a person; its embedding is the index row of the same number. */
export interface GalleryPhoto {
	/** Number of the person, which is also the row's group in the index. */
	readonly person: number;
	/** Where the face was, in pixels of the upright photo. */
	readonly box: Box;
	/** The 68 landmarks, in pixels of the upright photo, to within 1/500 of the face's size. */
	readonly landmarks: Landmarks;
	/** File name of the face crop in the gallery's picture folder, where the gallery keeps pictures. */
	readonly picture: string | undefined;
}
