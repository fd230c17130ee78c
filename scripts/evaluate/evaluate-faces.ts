/**
 * Measures how well faces are found and told apart, on photos that lie beside the project:
 *
 *     npm run evaluate:faces -- ../shared/faces [--model facenet512] [--engine wasm] [--part lfw] [--cache FILE]
 *
 * The parts are faceless, coverage, lfw, rolled and people. The folder holds lfw/, pairsDevTrain.txt, pairsDevTest.txt (see src/evaluation/lfw.ts) and gallery.csv.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { readConfig } from "../../src/config/config.ts";
import { makeFacelessPicture } from "../../src/evaluation/faceless-pictures.ts";
import {
	chooseThreshold,
	measureAccuracy,
	type Pair,
	parsePairs,
	type ScoredPair,
} from "../../src/evaluation/lfw.ts";
import { cutChip, embedChips } from "../../src/faces/embed-faces.ts";
import type { Box, FaceEngine } from "../../src/faces/face-engine.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import { warpChip } from "../../src/faces/geometry/align.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import type { RgbImage } from "../../src/image/rgb-image.ts";
import { openFaceTools } from "../../src/open-tools.ts";
import { Random } from "../../src/search/random.ts";
import { evaluatePeople } from "./people/evaluate-people.ts";

const NUM_FACELESS_PICTURES = 200;
/** Thresholds were chosen on the pictures before this one. */
const FIRST_FACELESS_PICTURE = 1000;
const MAX_ROLL_DEGREES = 30;
const SEED = 1;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		engine: { type: "string" },
		model: { type: "string" },
		part: { type: "string", default: "all" },
		cache: { type: "string" },
	},
});
const folder = positionals[0] ?? "../shared/faces";
const { engine, model } = await openFaceTools(
	readConfig({ FACE_ENGINE: values.engine, EMBEDDING_MODEL: values.model }),
	console.error,
);
console.log(
	`Node ${process.version}, ${engine.description}, pipeline ${model.pipelineVersion}, seed ${SEED}`,
);
const parts: Record<string, () => Promise<void>> = {
	faceless,
	coverage,
	lfw: () => lfw(0),
	rolled: () => lfw(MAX_ROLL_DEGREES),
	people: () => evaluatePeople(folder, { engine, model }, values.cache),
};
for (const [name, measure] of Object.entries(parts)) {
	if (values.part === "all" || values.part === name) await measure();
}
await engine.close();

/** Faces where there are none. */
async function faceless(): Promise<void> {
	const kinds: string[] = [];
	for (let i = 0; i < NUM_FACELESS_PICTURES; i++) {
		const number = FIRST_FACELESS_PICTURE + i;
		const { kind, image } = makeFacelessPicture(number);
		if ((await findFaces(engine, image)).length > 0) kinds.push(`${kind} (picture ${number})`);
	}
	console.log(
		`False faces: on ${kinds.length} of ${NUM_FACELESS_PICTURES} pictures without one. ${kinds.join(", ")}`,
	);
}

interface Coverage {
	numPhotos: number;
	numWithFace: number;
	/** The first face passes all quality gates. */
	numGood: number;
	/** A face is found in the middle, where LFW's person is. */
	numCentral: number;
	readonly missed: string[];
}

/** Faces found in the photos of gallery.csv, by collection. */
async function coverage(): Promise<void> {
	const rows: { photo: string; collection: string }[] = parse(
		await readFile(path.join(folder, "gallery.csv")),
		{ columns: true },
	);
	const byCollection = new Map<string, Coverage>();
	for (const { photo, collection } of rows) {
		const count = byCollection.get(collection) ?? {
			numPhotos: 0,
			numWithFace: 0,
			numGood: 0,
			numCentral: 0,
			missed: [],
		};
		byCollection.set(collection, count);
		const image = await readPhoto(photo);
		const faces = await findFaces(engine, image);
		count.numPhotos++;
		if (faces.length > 0) count.numWithFace++;
		else count.missed.push(photo);
		if (faces[0]?.quality.issues.length === 0) count.numGood++;
		if (faces.some(({ box }) => isCentral(box, image))) count.numCentral++;
	}
	for (const [collection, { numPhotos, numWithFace, numGood, numCentral, missed }] of byCollection) {
		console.log(
			`${collection}: ${numPhotos} photos, a face in ${percent(numWithFace / numPhotos)}, in the middle in ${percent(numCentral / numPhotos)}, good in ${percent(numGood / numPhotos)}; none in ${missed.join(", ") || "no photo"}`,
		);
	}
}

function isCentral(box: Box, { width, height }: RgbImage): boolean {
	return (
		box.x < width / 2 &&
		box.x + box.width > width / 2 &&
		box.y < height / 2 &&
		box.y + box.height > height / 2
	);
}

/** LFW, view 1. @param maxRoll degrees by which each photo is rolled at random, to either side */
async function lfw(maxRoll: number): Promise<void> {
	const train = parsePairs(await readFile(path.join(folder, "pairsDevTrain.txt"), "utf8"));
	const test = parsePairs(await readFile(path.join(folder, "pairsDevTest.txt"), "utf8"));
	const random = new Random(SEED);
	const photos = [...new Set([...train, ...test].flatMap((pair) => pair.photos))];
	const embeddings = new Map<string, Float32Array>();
	for (const photo of photos) {
		const roll = ((random.uniform() * 2 - 1) * maxRoll * Math.PI) / 180;
		const embedding = await embedCentralFace(engine, rollPhoto(await readPhoto(`lfw/${photo}`), roll));
		if (embedding) embeddings.set(photo, embedding);
	}
	const threshold = chooseThreshold(scorePairs(train, embeddings));
	for (const [name, pairs] of Object.entries({ DevTrain: train, DevTest: test })) {
		const { accuracy, standardError, numPairs, numWithoutFace } = measureAccuracy(
			scorePairs(pairs, embeddings),
			threshold,
		);
		console.log(
			`LFW view 1, ${name}, rolled by up to ${maxRoll} degrees: ${percent(accuracy)} +- ${percent(standardError)} of ${numPairs} pairs, ${numWithoutFace} without a face, threshold ${threshold.toFixed(4)} from DevTrain`,
		);
	}
}

async function embedCentralFace(engine: FaceEngine, photo: RgbImage): Promise<Float32Array | undefined> {
	const [face] = await findFaces(engine, photo);
	if (!face) return undefined;
	const [chip] = await embedChips(engine, model, [cutChip(model, photo, face)]);
	return chip?.embedding;
}

function scorePairs(pairs: readonly Pair[], embeddings: ReadonlyMap<string, Float32Array>): ScoredPair[] {
	return pairs.map(({ photos, isSamePerson }) => {
		const [a, b] = photos.map((photo) => embeddings.get(photo));
		const similarity = a && b ? a.reduce((sum, value, i) => sum + value * b[i]!, 0) : undefined;
		return { isSamePerson, similarity };
	});
}

/** LFW's photos are square: rolled about their centre, black in the corners. */
function rollPhoto(photo: RgbImage, angle: number): RgbImage {
	if (angle === 0) return photo;
	const [cos, sin, half] = [Math.cos(angle), Math.sin(angle), photo.width / 2];
	const centre = { dx: half - (cos - sin) * half, dy: half - (sin + cos) * half };
	return warpChip(photo, { cos, sin, ...centre }, photo.width);
}

async function readPhoto(file: string): Promise<RgbImage> {
	return decodePhoto(await readFile(path.join(folder, file)));
}

function percent(share: number): string {
	return `${(share * 100).toFixed(2)} %`;
}
