/** Who a gallery knows, and what it keeps of each of their photos. */
import type { Box, Landmarks } from "../faces/face-engine.ts";

export interface Person {
	/** The name to show. */
	readonly name: string;
	/** Title of the person's article in the English Wikipedia, where known. */
	readonly wikipedia: string | undefined;
	/** The parts of the gallery the person belongs to, e.g. "celebrities"; may be none. */
	readonly collections: readonly string[];
}

/** One photo of a person; its embedding is the index row of the same number. */
export interface GalleryPhoto {
	/** Number of the person, which is also the row's group in the index. */
	readonly person: number;
	/** The photo's file as the list named it: for reports and for rebuilding, never opened by the server. */
	readonly source: string;
	/** Where the face was, in pixels of the upright photo, shrunk as the pipeline shrinks it. */
	readonly box: Box;
	/** The 68 landmarks in the same pixels, exact to 1/65535 of the larger side of their bounding box. */
	readonly landmarks: Landmarks;
	/** File name of the face crop in the gallery's picture folder, where the gallery keeps pictures. */
	readonly picture: string | undefined;
}

/** One person, one row: two entries mean the same person if they have the same article, or else the same name. */
export function personKey({ name, wikipedia }: Pick<Person, "name" | "wikipedia">): string {
	return (wikipedia ?? name).replaceAll("_", " ").trim().normalize("NFC").toLowerCase();
}
