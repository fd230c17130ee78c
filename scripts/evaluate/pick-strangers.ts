/**
 * Embeds one photo each of people who are in none of the lists, and writes them as the strangers that the score is
 * measured against:
 *
 *     npm run build:strangers -- ../shared/faces [--count 1200] [--model facenet512]
 *
 * The folder holds lfw/ and the lists gallery.csv and more.csv.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { readConfig } from "../../src/config/config.ts";
import { cutChip, type EmbeddedChip, embedChips } from "../../src/faces/embed-faces.ts";
import { findFaces } from "../../src/faces/find-faces.ts";
import { writeFileAtomically } from "../../src/files/atomic-file.ts";
import { foldName } from "../../src/gallery/people/fold-name.ts";
import { decodePhoto } from "../../src/image/decode-photo.ts";
import { openFaceTools } from "../../src/open-tools.ts";
import { Strangers } from "../../src/resemblance/strangers.ts";
import { strangersFileOf } from "../../src/resemblance/strangers-file.ts";
import { Random } from "../../src/search/random.ts";

const SEED = 1;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { count: { type: "string", default: "1200" }, model: { type: "string" } },
});
const folder = positionals[0] ?? "../shared/faces";
const { engine, model } = await openFaceTools(readConfig({ EMBEDDING_MODEL: values.model }), console.error);

const listed = new Set(await readNames(["gallery.csv", "more.csv"]));
const people = (await readdir(path.join(folder, "lfw"))).filter((name) => !listed.has(foldName(name))).sort();
const random = new Random(SEED);
const names: string[] = [];
const rows: Float32Array[] = [];
for (const number of random.sample(people.length, people.length)) {
	if (names.length === Number(values.count)) break;
	const name = people[number] as string;
	const photos = path.join(folder, "lfw", name);
	const [first] = (await readdir(photos)).sort();
	const photo = await decodePhoto(await readFile(path.join(photos, first as string)));
	const [face] = await findFaces(engine, photo);
	if (!face || face.quality.issues.length > 0) continue;
	const [chip] = await embedChips(engine, model, [cutChip(model, photo, face)]);
	names.push(name.replaceAll("_", " "));
	rows.push((chip as EmbeddedChip).embedding);
}
await engine.close();

const { pipelineVersion, dimension } = model;
const embeddings = new Float32Array(rows.length * dimension);
for (const [i, row] of rows.entries()) embeddings.set(row, i * dimension);
const file = strangersFileOf(pipelineVersion);
await writeFileAtomically(file, new Strangers({ pipelineVersion, dimension, names }, embeddings).encode());
console.log(`${names.length} strangers of ${people.length} people, seed ${SEED}: ${file}`);

async function readNames(files: readonly string[]): Promise<string[]> {
	const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
	return texts.flatMap((text) => {
		const records: { name: string; wikipedia: string; photo: string }[] = parse(text, { columns: true });
		return records.flatMap(({ name, wikipedia, photo }) =>
			// LFW's own spelling is its folder's
			[name, wikipedia, photo.split("/")[1] ?? ""].map(foldName),
		);
	});
}
