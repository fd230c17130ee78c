/** Whether pages about a gallery's people have reason to ask Wikipedia for pictures. */
import type { Gallery } from "../gallery.ts";

const known = new WeakMap<Gallery, boolean>();

/** True if somebody has an article, and a photo whose picture the gallery does not keep itself. */
export function asksWikipedia(gallery: Gallery): boolean {
	const answer = known.get(gallery) ?? findOut(gallery);
	known.set(gallery, answer);
	return answer;
}

function findOut(gallery: Gallery): boolean {
	return gallery.rows().some((row) => {
		const { person, picture } = gallery.photo(row);
		return picture === undefined && gallery.person(person).wikipedia !== undefined;
	});
}
