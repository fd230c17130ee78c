/** A few people of a gallery to show before anybody has asked: the best photographed, each facing the viewer. */
import type { Landmarks } from "../faces/face-engine.ts";
import type { Gallery } from "./gallery.ts";
import type { GalleryPhoto, Person } from "./person.ts";

export interface ShownPerson {
	readonly person: Person;
	readonly photo: GalleryPhoto;
}

/** The people with the most photos, in the gallery's order among equals, at most `numPeople` of them. */
export function chooseShowcase(gallery: Gallery, numPeople: number): ShownPerson[] {
	const rowsOf = new Map<number, number[]>();
	for (const row of gallery.rows()) {
		const person = gallery.index.group(row);
		const rows = rowsOf.get(person);
		if (rows) rows.push(row);
		else rowsOf.set(person, [row]);
	}
	return [...rowsOf]
		.sort(([, a], [, b]) => b.length - a.length)
		.slice(0, numPeople)
		.map(([person, rows]) => {
			const photos = rows.map((row) => gallery.photo(row));
			const photo = photos.reduce((best, other) =>
				turnOf(other.landmarks) < turnOf(best.landmarks) ? other : best,
			);
			return { person: gallery.person(person), photo };
		});
}

/** Landmarks of the 300-W scheme: the jaw's ends and the tip of the nose. */
const [JAW_RIGHT, JAW_LEFT, NOSE_TIP] = [0, 16, 30];

/** How far the head is turned: 0 where the nose is midway between the ends of the jaw, 1 at one of them. */
function turnOf(landmarks: Landmarks): number {
	const x = (point: number) => landmarks[point * 2] as number;
	const middle = (x(JAW_RIGHT) + x(JAW_LEFT)) / 2;
	return Math.abs((x(NOSE_TIP) - middle) / (x(JAW_LEFT) - middle || 1));
}
