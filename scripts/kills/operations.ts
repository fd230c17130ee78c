/** The commands that are killed, each with what it starts from. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import { Gallery } from "../../src/gallery/gallery.ts";
import {
	addToGallery,
	readGallery,
	withLockedGallery,
	writeGallery,
} from "../../src/gallery/gallery-store.ts";
import type { GalleryPhoto } from "../../src/gallery/person.ts";
import { starterGallery } from "../../test/helpers/galleries/starter-gallery.ts";
import { cutPortraits, smallWorld } from "../../test/helpers/wikimedia/small-world.ts";
import type { World } from "../../test/helpers/wikimedia/world.ts";

/**
 * "append" is an addition to a gallery so large that only what is added is written, "fold" one with so many additions
 * that the next makes a generation of all, and "forget" removes somebody who was appended.
 */
export const OPERATIONS = ["build", "add", "append", "fold", "remove", "forget", "merge", "fetch"] as const;
export type Operation = (typeof OPERATIONS)[number];

const PERSON_REMOVED = "Person 1";
const PERSON_APPENDED = "Person 6";

export interface Photos {
	/** Folders as `gallery build` and `gallery add` take them. */
	readonly first: string;
	readonly second: string;
	/** What the stand-in for Wikimedia serves. */
	readonly world: World;
}

/** Cuts the faces of the sample photos and lays them out as photos of people. */
export async function layOutPhotos(folder: string): Promise<Photos> {
	const engine = await chooseFaceEngine();
	try {
		const faces = await cutPortraits(engine);
		const [first, second] = ["first", "second"].map((name) => path.join(folder, name)) as [string, string];
		for (const [i, bytes] of faces.entries()) {
			const person = path.join(i < 6 ? first : second, `Person_${i}`);
			await mkdir(person, { recursive: true });
			await writeFile(path.join(person, "1.jpg"), bytes);
		}
		return { first, second, world: await smallWorld(faces) };
	} finally {
		await engine.close();
	}
}

/** The command line of an operation on a gallery. */
export function argumentsOf(operation: Operation, gallery: string, { first, second }: Photos): string[] {
	switch (operation) {
		case "build":
			return ["gallery", "build", first, "-o", gallery, "--pictures", "--name", "x"];
		case "add":
		case "append":
		case "fold":
			return ["gallery", "add", gallery, second, "--pictures"];
		case "remove":
			return ["gallery", "remove", gallery, "--person", PERSON_REMOVED];
		case "forget":
			return ["gallery", "remove", gallery, "--person", PERSON_APPENDED];
		case "merge":
			return ["gallery", "merge", gallery, "Person 0", "Person 2"];
		case "fetch":
			return ["gallery", "fetch", "--preset", "film", "-o", gallery, "--pictures", "--name", "x"];
	}
}

/** Who must be in no file once an operation is done. */
export function whoLeaves(operation: Operation): string | undefined {
	switch (operation) {
		case "remove":
			return PERSON_REMOVED;
		case "forget":
			return PERSON_APPENDED;
		default:
			return undefined;
	}
}

/** What an operation finds: nothing, or a gallery as `makeStart` makes it. */
export type Start = "nothing" | "built" | "large" | "large before a fold" | "large and appended to";

export const STARTS: Readonly<Record<Operation, Start>> = {
	build: "nothing",
	add: "built",
	append: "large",
	fold: "large before a fold",
	remove: "built",
	forget: "large and appended to",
	merge: "built",
	fetch: "nothing",
};

/** Makes the gallery that an operation changes. */
export async function makeStart(
	start: Exclude<Start, "nothing">,
	place: string,
	photos: Photos,
	run: (args: readonly string[]) => Promise<void>,
): Promise<void> {
	if (start === "built") return run(argumentsOf("build", place, photos));
	await makeLargeGallery(place, start === "large before a fold" ? NUM_ADDED_UNMEASURED : 0);
	if (start === "large and appended to") await run(argumentsOf("append", place, photos));
}

const NUM_WRITTEN = 100;
/** So many may be added to 100 before the score is measured anew, and with it a new generation written. */
const NUM_ADDED_UNMEASURED = 5;

/** The first photos of the starter gallery as a folder. @param numAppended of them */
async function makeLargeGallery(place: string, numAppended: number): Promise<void> {
	const starter = starterGallery().contents();
	const { dimension } = starter;
	const photosUpTo = (end: number) => starter.photos.slice(0, end);
	const peopleOf = (photos: readonly GalleryPhoto[]) =>
		starter.people.slice(0, Math.max(...photos.map(({ person }) => person)) + 1);
	const written = photosUpTo(NUM_WRITTEN);
	const { scale: _, ...contents } = starter;
	await mkdir(place);
	await withLockedGallery(place, { purpose: "kills" }, async (locked) => {
		const embeddings = starter.embeddings.slice(0, NUM_WRITTEN * dimension);
		const gallery = Gallery.build({ ...contents, people: peopleOf(written), photos: written, embeddings });
		await writeGallery(place, gallery, locked);
	});
	for (let row = NUM_WRITTEN; row < NUM_WRITTEN + numAppended; row++) {
		await withLockedGallery(place, { purpose: "kills" }, async (locked) => {
			const before = readGallery(place);
			const embedding = starter.embeddings.slice(row * dimension, (row + 1) * dimension);
			const people = [...before.people, ...peopleOf(photosUpTo(row + 1)).slice(before.people.length)];
			const after = before.adding(people, starter.photos.slice(row, row + 1), embedding);
			await addToGallery(place, before, after, locked);
		});
	}
}
