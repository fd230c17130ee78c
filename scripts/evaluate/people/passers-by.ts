/**
 * Whom strangers get as their best match, and how well known those are:
 *
 *     npm run evaluate:passers-by -- ../shared/faces [--strangers 30] [--seed 1] [--gallery FILE]
 *
 * Strangers are people of LFW who are neither in the gallery nor among the strangers that it is measured by. Fame is the editor's of the gallery's list of people: 3 nearly
 * everyone in the world would know, 2 most people, 1 some, 0 hardly anyone.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../../src/config/config.ts";
import { AppError } from "../../../src/errors.ts";
import { foldName } from "../../../src/gallery/people/fold-name.ts";
import { openLookalikeTools } from "../../../src/open-tools.ts";
import { findLookalikes } from "../../../src/pipeline/find-lookalikes.ts";
import { Random } from "../../../src/search/random.ts";
import { listLfwPhotos } from "./people-photos.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		strangers: { type: "string", default: "30" },
		seed: { type: "string", default: "1" },
		gallery: { type: "string" },
	},
});
const folder = positionals[0] ?? "../shared/faces";
const tools = await openLookalikeTools(readConfig({ GALLERY: values.gallery }), console.error);
const { gallery } = tools;
const known = new Set(
	[
		...gallery.people.flatMap(({ name, wikipedia = name }) => [name, wikipedia]),
		...(tools.strangers?.names ?? []),
	].map(foldName),
);
const strangers = [...(await listLfwPhotos(folder))].filter(([name]) => !known.has(foldName(name)));
const order = new Random(Number(values.seed)).sample(strangers.length, strangers.length);
console.log(
	`${strangers.length} people of LFW are strangers to the gallery "${gallery.name}"; seed ${values.seed}\n`,
);
console.log("| stranger | best match | known for | score | fame |\n| --- | --- | --- | ---: | ---: |");
const numByFame = new Map<number, number>();
let numAsked = 0;
for (const i of order) {
	if (numAsked === Number(values.strangers)) break;
	const [name, [photo]] = strangers[i] as [string, [string, ...string[]]];
	const answer = await findLookalikes(await readFile(path.join(folder, photo)), tools, { maxFaces: 1 }).catch(
		(error: unknown) => {
			if (error instanceof AppError) return undefined;
			throw error;
		},
	);
	const best = answer?.faces[0]?.matches[0];
	// no face found: the next one takes the place
	if (!best) continue;
	numAsked++;
	const { fame = 0, knownFor = "" } = best.person;
	numByFame.set(fame, (numByFame.get(fame) ?? 0) + 1);
	console.log(`| ${name} | ${best.person.name} | ${knownFor} | ${best.resemblance.score} | ${fame} |`);
}
const counts = [...numByFame].sort(([a], [b]) => b - a).map(([fame, count]) => `${count} of fame ${fame}`);
console.log(`\nOf ${numAsked} best matches ${counts.join(", ")}.`);
await tools.engine.close();
