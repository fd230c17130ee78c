/**
 * What strangers are told in galleries of 1 to 20,000 people, and whether it is the same in all:
 *
 *     npm run evaluate:shares -- [../shared/vectors] [--seed 1]
 *
 * Of the starter gallery's people and the strangers that ship; and, where the folder is given, of real embeddings without
 * names, made by an earlier net (real.f32, real.person.u32), of which there are more. The strangers are drawn in two lots:
 * galleries are measured by the one and asked by the other, and the other way round.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { foldName } from "../../../src/gallery/people/fold-name.ts";
import { Strangers } from "../../../src/resemblance/strangers.ts";
import { readStrangers } from "../../../src/resemblance/strangers-file.ts";
import { Random } from "../../../src/search/random.ts";
import { describeRun, tellRun } from "../../bench/describe-run.ts";
import { askSizes } from "./ask-strangers.ts";
import type { PersonFaces } from "./people-photos.ts";

const DIMENSION = 128;
/** Of those without names, as many as ship. */
const NUM_STRANGERS = 1200;
/** Of somebody with hundreds of photos, as many as a gallery has. */
const MOST_PHOTOS = 10;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { seed: { type: "string", default: "1" } },
});
const seed = Number(values.seed);
console.log(tellRun(describeRun("evaluate:shares", seed)));
askTwice("Starter gallery, shipped strangers", ...readStarter());
const [folder] = positionals;
if (folder !== undefined) askTwice("Real embeddings without names", ...readVectors(folder));

function askTwice(set: string, people: readonly PersonFaces[], strangers: readonly PersonFaces[]): void {
	const order = new Random(seed).sample(strangers.length, strangers.length);
	const middle = strangers.length >> 1;
	const lots = [order.slice(0, middle), order.slice(middle)].map((numbers) =>
		Array.from(numbers, (number) => strangers[number] as PersonFaces),
	) as [PersonFaces[], PersonFaces[]];
	for (const [lot, [measure, visitors]] of [lots, lots.toReversed() as typeof lots].entries()) {
		console.log(`\n${set}, lot ${lot + 1}: ${people.length} people, measured by ${measure.length} strangers`);
		const asked = visitors.flatMap(({ faces }) => faces.slice(0, 1));
		askSizes(people, asked, strangersOf(measure), "evaluation", seed);
	}
}

function strangersOf(people: readonly PersonFaces[]): Strangers {
	const embeddings = new Float32Array(people.length * DIMENSION);
	for (const [i, { faces }] of people.entries()) embeddings.set(faces[0]!.embedding, i * DIMENSION);
	const names = people.map(({ name }) => name);
	return new Strangers({ pipelineVersion: "evaluation", dimension: DIMENSION, names }, embeddings);
}

/** The people, and strangers who are not among them. */
function readStarter(): [people: PersonFaces[], strangers: PersonFaces[]] {
	const gallery = readGallery(path.join(PROJECT_FOLDER, "data", "starter.gallery"));
	const people = gallery.people.map(({ name }, person) =>
		withPhotos(
			name,
			gallery.templates.rowsOf(person).map((row) => gallery.index.embedding(row)),
		),
	);
	const shipped = readStrangers(gallery.pipelineVersion) as Strangers;
	const known = new Set(people.map(({ name }) => foldName(name)));
	const strangers = shipped.names
		.map((name, number) => withPhotos(name, [shipped.embedding(number)]))
		.filter(({ name }) => !known.has(foldName(name)));
	return [people, strangers];
}

function readVectors(from: string): [people: PersonFaces[], strangers: PersonFaces[]] {
	const read = (file: string) => new Uint8Array(readFileSync(path.join(from, file))).buffer;
	const embeddings = new Float32Array(read("real.f32"));
	const photosOf = new Map<number, Float32Array[]>();
	for (const [row, person] of new Uint32Array(read("real.person.u32")).entries()) {
		const photo = embeddings.slice(row * DIMENSION, (row + 1) * DIMENSION);
		photosOf.set(person, [...(photosOf.get(person) ?? []), photo]);
	}
	const all = [...photosOf].map(([person, photos]) =>
		withPhotos(`Number ${person}`, photos.slice(0, MOST_PHOTOS)),
	);
	const order = Array.from(new Random(seed).sample(all.length, all.length), (i) => all[i] as PersonFaces);
	return [order.slice(2 * NUM_STRANGERS), order.slice(0, 2 * NUM_STRANGERS)];
}

function withPhotos(name: string, embeddings: readonly Float32Array[]): PersonFaces {
	const faces = embeddings.map((embedding, i) => ({
		photo: `${name}/${i}.jpg`,
		embedding,
		clarity: 1,
		isGood: true,
	}));
	return { name, faces };
}
