/** The commands that are killed, each with what it starts from. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { chooseFaceEngine } from "../../src/engines/choose-engine.ts";
import { readSamplePhoto } from "../../test/helpers/sample-photos.ts";
import { cutFaces, smallWorld } from "../../test/helpers/wikimedia/small-world.ts";
import type { World } from "../../test/helpers/wikimedia/world.ts";

export const OPERATIONS = ["build", "add", "remove", "merge", "fetch"] as const;
export type Operation = (typeof OPERATIONS)[number];

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
		const faces = await cutFaces(engine, [1, 2, 3, 4, 6]);
		const [first, second] = ["first", "second"].map((name) => path.join(folder, name)) as [string, string];
		for (const [i, bytes] of faces.entries()) {
			const person = path.join(i < 6 ? first : second, `Person_${i}`);
			await mkdir(person, { recursive: true });
			await writeFile(path.join(person, "1.jpg"), bytes);
		}
		return { first, second, world: await smallWorld(faces, await readSamplePhoto(5)) };
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
			return ["gallery", "add", gallery, second, "--pictures"];
		case "remove":
			return ["gallery", "remove", gallery, "--person", "Person 1"];
		case "merge":
			return ["gallery", "merge", gallery, "Person 0", "Person 2"];
		case "fetch":
			return ["gallery", "fetch", "--preset", "film", "-o", gallery, "--pictures", "--name", "x"];
	}
}

/** Whether an operation changes a gallery that is there. */
export function startsFromGallery(operation: Operation): boolean {
	return operation === "add" || operation === "remove" || operation === "merge";
}
