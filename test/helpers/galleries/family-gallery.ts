/** A small gallery of no celebrities, with a face of its own and two photos of each person. */
import { Gallery } from "../../../src/gallery/gallery.ts";
import type { GallerySettings } from "../../../src/gallery/gallery-settings.ts";
import type { Person } from "../../../src/gallery/person.ts";
import { sampleLandmarks } from "../../web/sample-landmarks.ts";
import { createFaceLikeRows } from "./face-like-rows.ts";

export const FAMILY: GallerySettings = {
	title: "The Smiths",
	question: "Which of us do you look like?",
	lead: "Uncles, aunts and {cousins}.",
	language: "en",
	// far too light to be read on paper, and made darker there
	accent: "#ffd84d",
	celebrities: false,
};

const NAMES = ["Ann Smith", "Ben Smith", "Clara Smith", "Dan Smith", "Eve Smith", "Finn Smith"];

/** @param first what is known of the first person beside the name */
export function familyGallery(settings: GallerySettings = FAMILY, first: Partial<Person> = {}): Gallery {
	const { embeddings, dimension } = createFaceLikeRows(NAMES.length, 2, { numQueries: 1, seed: 3 });
	const people = NAMES.map((name, i) => ({
		name,
		wikipedia: undefined,
		collections: [],
		...(i === 0 && first),
	}));
	// rows go round the people
	const photos = [1, 2].flatMap((number) =>
		people.map(({ name }, person) => ({
			person,
			source: `${name}/${number}.jpg`,
			box: { x: 0, y: 0, width: 100, height: 100 },
			landmarks: sampleLandmarks(0),
			picture: `${person}-${number}.webp`,
			credit: {
				author: number === 1 ? "Grandpa & Söhne" : "The neighbour",
				licence: "CC BY 4.0",
				licenceUrl: "https://creativecommons.org/licenses/by/4.0/",
				page: "https://example.org/photos",
				title: `File:${name} ${number}.jpg`,
			},
		})),
	);
	return Gallery.build({
		name: "smiths",
		settings,
		people,
		photos,
		embeddings,
		dimension,
		pipelineVersion: "made-1",
	});
}
