/** The part of `evaluate:faces` that is about people rather than pairs: who comes back, who is told what, how steadily. */
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp, { type Sharp } from "sharp";
import { misfitRuleOf } from "../../../src/gallery/audit/misfit-rule.ts";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { foldName } from "../../../src/gallery/people/fold-name.ts";
import { align, decode, detect, type FaceTools } from "../../../src/pipeline/face-steps.ts";
import { findLookalikes } from "../../../src/pipeline/find-lookalikes.ts";
import { Pipeline } from "../../../src/pipeline/pipeline.ts";
import type { Resemblance } from "../../../src/resemblance/resemblance.ts";
import { samePersonCurve } from "../../../src/resemblance/same-person.ts";
import { Strangers } from "../../../src/resemblance/strangers.ts";
import { readStrangers } from "../../../src/resemblance/strangers-file.ts";
import { ask, askSizes, describeWords } from "./ask-strangers.ts";
import { openGenderNet } from "./guess-gender.ts";
import { describeSamePerson, identify } from "./identify.ts";
import { isEastAsianName } from "./name-groups.ts";
import { listGalleryPhotos, listLfwPhotos, mean, type PersonFaces, withFaces } from "./people-photos.ts";
import { cacheFileFor, type ReadFace, readFaces } from "./read-faces.ts";
import { measureCeiling, measureSteadiness } from "./steadiness.ts";

const STARTER = path.join(import.meta.dirname, "..", "..", "..", "data", "starter.gallery");
const SEED = 1;
/** In LFW's spelling: found by looking at strangers whose best match was a twin. */
const OTHER_SPELLINGS = ["Vince Vaughan", "Courtney Cox", "John Reilly", "Elizabeth Shue"];
/** Strangers that are asked in galleries of all sizes. */
const NUM_VISITORS = 1000;
const NUM_SPOILT = 100;
const SPOILT = {
	"as it is": (photo: Sharp) => photo.jpeg({ quality: 95 }),
	"JPEG of quality 8": (photo: Sharp) => photo.jpeg({ quality: 8 }),
	"darkened to a third": (photo: Sharp) => photo.linear(0.33).jpeg({ quality: 95 }),
	"blurred by 3 pixels": (photo: Sharp) => photo.blur(3).jpeg({ quality: 95 }),
} as const;

/** @param cacheFile where embeddings are kept; default: in the system's folder for temporary files */
export async function evaluatePeople(folder: string, tools: FaceTools, cacheFile?: string): Promise<void> {
	const { pipelineVersion } = tools.model;
	const galleryPhotos = await listGalleryPhotos(folder);
	const lfwPhotos = await listLfwPhotos(folder);
	const photos = [...new Set([...galleryPhotos.values(), ...lfwPhotos.values()].flat())];
	const cache = cacheFile ?? cacheFileFor(folder, pipelineVersion, tmpdir());
	const faces = await readFaces(folder, photos, tools, cache);
	const listed = withFaces(galleryPhotos, faces);
	const { doubtful } = misfitRuleOf(samePersonCurve(pipelineVersion));
	console.log(describeSamePerson(listed));
	identify(listed, pipelineVersion, doubtful, SEED);

	const gallery = readGallery(STARTER, pipelineVersion);
	const strangers = readStrangers(pipelineVersion);
	const isKnown = knows(gallery, strangers);
	const visitors = withFaces(lfwPhotos, faces).filter(({ name }) => !isKnown(name));
	await askGroups(folder, gallery, strangers, visitors, tools);
	askTheOtherWayRound(gallery, strangers, visitors);
	await measureSteadiness({ ...tools, gallery, strangers }, visitors, doubtful);
	measureCeiling({ ...tools, gallery, strangers }, visitors, SEED);
	await spoil(folder, gallery, strangers, visitors, tools);
	const isListed = new Set(galleryPhotos.keys());
	const unlisted = visitors.filter(({ name }) => !isListed.has(foldName(name)));
	askSizes(
		listed
			.map(({ name, faces: all }) => ({ name, faces: all.filter(({ isGood }) => isGood) }))
			.filter(hasFaces),
		unlisted.map((person) => person.faces[0] as ReadFace).slice(0, NUM_VISITORS),
		strangers,
		pipelineVersion,
		SEED,
	);
}

/**
 * People whom the gallery has, by any of its names for them or as LFW's folders spell them, those whom it is measured
 * by, and those whom neither spelling gives away.
 */
function knows(gallery: Gallery, strangers: Strangers | undefined): (name: string) => boolean {
	const names = new Set(
		[
			...gallery.people.flatMap(({ name, wikipedia }) => [name, wikipedia ?? name]),
			...gallery.rows().map((row) => gallery.source(row).split("/")[1] ?? ""),
			...(strangers?.names ?? []),
			...OTHER_SPELLINGS,
		].map(foldName),
	);
	return (name) => names.has(foldName(name));
}

/** How often strangers are told each word, by what the gender net sees in one photo of theirs and by their names. */
async function askGroups(
	folder: string,
	gallery: Gallery,
	strangers: Strangers | undefined,
	visitors: readonly PersonFaces[],
	tools: FaceTools,
): Promise<void> {
	const guessGender = await openGenderNet();
	const groups = new Map<string, Resemblance[]>();
	const note = (group: string, answers: readonly Resemblance[]) =>
		groups.set(group, [...(groups.get(group) ?? []), ...answers]);
	for (const { name, faces } of visitors) {
		const answers = faces.map((face) => ask(gallery, strangers, face).best);
		const { value } = await Pipeline.from([(faces[0] as ReadFace).photo])
			.step("load", (photo) => readFile(path.join(folder, photo)))
			.step("decode", decode(tools))
			.step("detect", detect(tools, 1))
			.step("align", align(tools))
			.only();
		note("everybody", answers);
		note(await guessGender(value.chips[0] as (typeof value.chips)[number]), answers);
		note(isEastAsianName(name) ? "East Asian names" : "other names", answers);
	}
	for (const [group, answers] of groups) console.log(describeWords(`Strangers, ${group}`, answers));
}

/**
 * The strangers that ship are asked, and measured against the visitors: whether the words are as rare where everything
 * but the gallery is of other people.
 */
function askTheOtherWayRound(
	gallery: Gallery,
	strangers: Strangers | undefined,
	visitors: readonly PersonFaces[],
): void {
	if (!strangers) return;
	const { pipelineVersion, dimension } = strangers;
	const clear = visitors.flatMap(({ name, faces }) => {
		const good = faces.find(({ isGood }) => isGood);
		return good ? [{ name, embedding: good.embedding }] : [];
	});
	const embeddings = new Float32Array(clear.length * dimension);
	for (const [i, { embedding }] of clear.entries()) embeddings.set(embedding, i * dimension);
	const others = new Strangers(
		{ pipelineVersion, dimension, names: clear.map(({ name }) => name) },
		embeddings,
	);
	// of its own, as a gallery keeps the scale that it was first asked for
	const asked = Gallery.build(gallery.contents());
	const answers = strangers.names.map((name, i) => ({
		isEastAsian: isEastAsianName(name),
		best: ask(asked, others, { embedding: strangers.embedding(i), clarity: 1 }).best,
	}));
	const tell = (group: string, those: typeof answers) =>
		console.log(
			describeWords(
				`Shipped strangers against ${clear.length} others, ${group}`,
				those.map(({ best }) => best),
			),
		);
	tell("everybody", answers);
	tell(
		"East Asian names",
		answers.filter(({ isEastAsian }) => isEastAsian),
	);
}

/** Whether worse photos of the same people score lower. */
async function spoil(
	folder: string,
	gallery: Gallery,
	strangers: Strangers | undefined,
	visitors: readonly PersonFaces[],
	tools: FaceTools,
): Promise<void> {
	for (const [name, change] of Object.entries(SPOILT)) {
		const scores: number[] = [];
		for (const { faces } of visitors.slice(0, NUM_SPOILT)) {
			const bytes = await readFile(path.join(folder, (faces[0] as ReadFace).photo));
			const spoilt = await change(sharp(bytes)).toBuffer();
			const answer = await findLookalikes(spoilt, { ...tools, gallery, strangers }, { maxFaces: 1 }).catch(
				() => undefined,
			);
			if (answer) scores.push(answer.faces[0]?.matches[0]?.resemblance.score ?? 0);
		}
		console.log(
			`Photos ${name}: ${scores.length} of ${NUM_SPOILT} have a face, mean score ${mean(scores).toFixed(1)}`,
		);
	}
}

function hasFaces({ faces }: PersonFaces): boolean {
	return faces.length > 0;
}
