/**
 * Measures how far two engines are apart on photos as they are, e.g. on every 100th of a folder of photos:
 *
 *     npm run check:engines -- ../shared/faces --every 100 [--engines onnx,wasm]
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../src/config/config.ts";
import { compareEngines } from "../../src/evaluation/engine-agreement.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import { openFaceTools } from "../../src/open-tools.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		engines: { type: "string", default: "onnx,wasm" },
		every: { type: "string", default: "1" },
	},
});
const [folder] = positionals;
const [first, second] = values.engines.split(",");
if (folder === undefined || second === undefined) {
	console.error("Expected a folder of photos and two engines.");
	process.exit(2);
}
const open = (name: string | undefined) => openFaceTools(readConfig({ FACE_ENGINE: name }), console.error);
const [a, b] = [await open(first), await open(second)];
const photos = (await readdir(folder, { recursive: true })).filter((file) =>
	/\.(jpe?g|png|webp)$/i.test(file),
);
const picked = photos.sort().filter((_, i) => i % Number(values.every) === 0);
console.log(`${a.engine.description} and ${b.engine.description}, ${picked.length} photos of ${folder}`);

let [numSquare, numFaces, numOther] = [0, 0, 0];
let [boxes, landmarks, scores, cosine] = [0, 0, 0, 1];
for (const file of picked) {
	const photo = await decodePhoto(await readFile(path.join(folder, file)));
	const found = await compareEngines([a.engine, b.engine], a.model, photo);
	if (photo.width === photo.height) numSquare++;
	numFaces += found.numFaces[0];
	if (found.numFaces[0] !== found.numFaces[1] || found.cosine < 0.99) {
		numOther++;
		console.log(`${file}, ${photo.width} x ${photo.height}: ${JSON.stringify(found)}`);
	}
	boxes = Math.max(boxes, found.boxes);
	landmarks = Math.max(landmarks, found.landmarks);
	scores = Math.max(scores, found.scores);
	cosine = Math.min(cosine, found.cosine);
}
await Promise.all([a.engine.close(), b.engine.close()]);
console.log(
	`${numFaces} faces; ${numSquare} of the photos are square; ${numOther} are answered differently.\n` +
		`Largest difference of a box ${share(boxes)} and of a landmark ${share(landmarks)} of the box's longer side, of a score ${scores.toExponential(1)}; least cosine ${cosine.toFixed(6)}.`,
);
if (numOther > 0) process.exitCode = 1;

function share(value: number): string {
	return `${(value * 100).toFixed(3)} %`;
}
