/** The gallery that ships with the program. */
import path from "node:path";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import type { Gallery } from "../../../src/gallery/gallery.ts";
import { readGallery } from "../../../src/gallery/gallery-store.ts";

let gallery: Gallery | undefined;

/** Read once per test file. */
export function starterGallery(): Gallery {
	gallery ??= readGallery(path.join(PROJECT_FOLDER, "data", "starter.gallery"));
	return gallery;
}

/** As the application asks for what it serves: the gallery without strangers to compare with. */
export const askGallery = () => ({ gallery: starterGallery(), strangers: undefined });
