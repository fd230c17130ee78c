/**
 * Compares FaceNet's real weights with published figures: the distances between the five aligned test images of
 * facenet-pytorch (data/test_images_aligned in its repository), in alphabetical order of the people:
 *
 *     npm run check:facenet -- angelina_jolie.png bradley_cooper.png kate_siegel.png paul_rudd.png shea_whigham.png
 *
 * The figures are of the checkpoint 20180402-114759 on VGGFace2; they hold for facenet512 if its file was made of it.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/config.ts";
import { embedChips } from "../../src/faces/embed-faces.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import { resizeImage } from "../../src/image/resample.ts";
import { openFaceTools } from "../../src/open-tools.ts";

/** Euclidean distances of unit-length embeddings, from facenet-pytorch's tests/actions_test.py. */
const PUBLISHED = [
	[0, 1.482895, 0.886342, 1.43845, 1.437583],
	[1.482895, 0, 1.345686, 1.02988, 1.061939],
	[0.886342, 1.345686, 0, 1.363125, 1.338803],
	[1.43845, 1.02988, 1.363125, 0, 1.06604],
	[1.437583, 1.061939, 1.338803, 1.06604, 0],
];

/** The images were cropped months before the distances were published, by another version of the detector. */
const ALLOWED_DEVIATION = 0.05;

const { values, positionals: files } = parseArgs({
	allowPositionals: true,
	options: { engine: { type: "string" }, model: { type: "string", default: "facenet512" } },
});
if (files.length !== PUBLISHED.length) {
	console.error(`Expected ${PUBLISHED.length} images but received ${files.length}.`);
	process.exit(2);
}
const { engine, model } = await openFaceTools(
	readConfig({ FACE_ENGINE: values.engine, EMBEDDING_MODEL: values.model }),
	console.error,
);
const chips = await Promise.all(
	files.map(async (file) =>
		resizeImage(await decodePhoto(await readFile(file)), model.chipSize, model.chipSize),
	),
);
const embeddings = (await embedChips(engine, model, chips)).map(({ embedding }) => embedding);
await engine.close();

const distances = embeddings.map((a) =>
	embeddings.map((b) => Math.hypot(...a.map((value, i) => value - b[i]!))),
);
console.log("| | measured | published |\n| --- | --- | --- |");
let worst = 0;
for (const [row, list] of distances.entries()) {
	for (let column = row + 1; column < list.length; column++) {
		const [measured, published] = [list[column]!, PUBLISHED[row]![column]!];
		worst = Math.max(worst, Math.abs(measured - published));
		console.log(`| ${files[row]} - ${files[column]} | ${measured.toFixed(6)} | ${published.toFixed(6)} |`);
	}
}
console.log(`\nLargest deviation ${worst.toFixed(4)}, allowed ${ALLOWED_DEVIATION}.`);
if (worst > ALLOWED_DEVIATION) process.exitCode = 1;
