/** Whether pages about a gallery's people have reason to ask Wikipedia for pictures. */
import type { ReadableGallery } from "../readable-gallery.ts";

const known = new WeakMap<ReadableGallery, boolean>();

/** True if somebody has an article, and a photo whose picture the gallery does not keep itself. */
export function asksWikipedia(gallery: ReadableGallery): boolean {
	const answer = known.get(gallery) ?? findOut(gallery);
	known.set(gallery, answer);
	return answer;
}

function findOut(gallery: ReadableGallery): boolean {
	return gallery
		.rows()
		.some(
			(row) =>
				gallery.picture(row) === undefined && gallery.person(gallery.personOf(row)).wikipedia !== undefined,
		);
}
