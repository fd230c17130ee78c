/** A world of the faces on the package's sample photos, with everything in it that goes wrong in the real one. */
import sharp from "sharp";
import type { FaceEngine } from "../../../src/faces/face-engine.ts";
import { embeddingModel } from "../../../src/nets/embedding-models.ts";
import { checkMainPortrait } from "../../../src/pipeline/check-portrait.ts";
import { cutFaces } from "../cut-faces.ts";
import { readSamplePhoto } from "../sample-photos.ts";
import type { World, WorldFile, WorldPerson } from "./world.ts";

const NUM_FACES = 10;

/**
 * Portraits 400 pixels wide of the people on five of the sample photos, as good as a gallery wants them.
 *
 * @throws RangeError where they are fewer than a world wants
 */
export async function cutPortraits(engine: FaceEngine): Promise<Buffer[]> {
	const model = embeddingModel("face-api");
	const portraits: Buffer[] = [];
	for (const sample of [1, 2, 3, 4, 6]) {
		for (const face of await cutFaces(engine, sample)) {
			const portrait = await sharp(face).resize(400).jpeg().toBuffer();
			if ("chip" in (await checkMainPortrait(portrait, { engine, model }))) portraits.push(portrait);
		}
	}
	if (portraits.length < NUM_FACES)
		throw new RangeError(`Expected ${NUM_FACES} good faces but cut ${portraits.length}.`);
	return portraits;
}

/** Another photo of the same face: its embedding is as near (0.979) as that of another day's, not of the same picture. */
function retake(face: Buffer): Promise<Buffer> {
	return sharp(face).affine([1, 0.15, 0, 1.1]).jpeg().toBuffer();
}

const ADULT = "1970-05-01T00:00:00Z";

/** @param faces at least NUM_FACES, as cutPortraits makes them */
export async function smallWorld(faces: readonly Buffer[]): Promise<World> {
	const face = (i: number) => faces[i] as Buffer;
	const files: WorldFile[] = [
		{ title: "File:Ann 2019.jpg", bytes: face(0), metadata: { Restrictions: "personality" } },
		{ title: "File:Ann again.jpg", bytes: await retake(face(0)), vice: "redirect" },
		{ title: "File:Ann in the same picture.jpg", bytes: await sharp(face(0)).resize(390).jpeg().toBuffer() },
		{ title: "File:Bob with Ann.jpg", bytes: face(1) },
		{ title: "File:Ann's signature.jpg", bytes: face(0) },
		{
			title: "File:Ann as a child.jpg",
			bytes: face(0),
			metadata: { DateTimeOriginal: "<time>1 May 1980</time>" },
		},
		{
			title: "File:Bob.jpg",
			bytes: face(1),
			width: 400,
			metadata: { License: "cc0", LicenseShortName: "CC0", Artist: null },
		},
		{ title: "File:Cut short.jpg", bytes: face(2), width: 400, vice: "other-bytes" },
		{
			title: "File:Non-commercial.jpg",
			bytes: face(2),
			metadata: { License: "cc-by-nc-2.0", LicenseShortName: "CC BY-NC 2.0" },
		},
		{
			title: "File:Unlicensed.jpg",
			bytes: face(2),
			metadata: { License: null, LicenseShortName: null, LicenseUrl: null },
		},
		{ title: "File:Anonymous.jpg", bytes: face(2), metadata: { Artist: "<br>" } },
		{ title: "File:Away.jpg", bytes: face(3), vice: "redirect-away" },
		{ title: "File:Page.jpg", bytes: face(3), vice: "html" },
		{ title: "File:Huge.jpg", bytes: face(3), vice: "oversized" },
		{ title: "File:Gone.jpg", bytes: face(3), vice: "missing" },
		{ title: "File:Group.jpg", bytes: await readSamplePhoto(5) },
		{ title: "File:Drawn.svg", bytes: Buffer.from("<svg/>"), mime: "image/svg+xml" },
		{
			title: 'File:Übergrößenträger, "x".jpg',
			bytes: face(4),
			metadata: {
				License: "pd",
				LicenseShortName: "Public domain",
				LicenseUrl: null,
				Artist:
					'<div style="display:none">Creator:</div><script>alert(1)</script><b>M&uuml;ller &amp; S&ouml;hne</b>',
			},
		},
	];
	const person = (
		id: number,
		name: string,
		images: string[],
		more: Partial<WorldPerson> = {},
	): WorldPerson => ({
		id: `Q${id}`,
		name,
		sitelinks: 300 - id,
		born: ADULT,
		images,
		...more,
	});
	const people: WorldPerson[] = [
		person(101, "Ann", ["File:Ann 2019.jpg"], { category: "Ann", labels: { ru: "Анна" } }),
		person(102, "Bob", ["File:Bob.jpg"], { died: "2000-01-01T00:00:00Z", category: "Nothing" }),
		person(103, "Twin of Ann", ["File:Ann 2019.jpg"]),
		person(104, "Cut", ["File:Cut short.jpg"]),
		person(105, "Non", ["File:Non-commercial.jpg"]),
		person(106, "Unlicensed", ["File:Unlicensed.jpg"]),
		person(107, "Anonymous", ["File:Anonymous.jpg"]),
		person(108, "Away", ["File:Away.jpg", "File:Page.jpg", "File:Huge.jpg", "File:Gone.jpg"]),
		person(109, "Child", ["File:Bob.jpg"], { born: "2015-01-01T00:00:00Z" }),
		person(110, "Ageless", ["File:Bob.jpg"], { born: "" }),
		person(111, "Painted", ["File:Bob.jpg"], { born: "1500-01-01T00:00:00Z" }),
		person(112, "A band", ["File:Bob.jpg"], { isHuman: false }),
		person(113, "Deleted", ["File:Bob.jpg"], { isMissing: true }),
		person(114, "Group", ["File:Group.jpg"]),
		person(115, "Drawn", ["File:Drawn.svg"]),
		person(116, "Nowhere", ["File:Nowhere.jpg"]),
		person(117, 'Dee "D", Jr', ['File:Übergrößenträger, "x".jpg'], { redirectTo: "Q900" }),
		...[5, 6, 7, 8, 9].map((i) => person(120 + i, `Eve ${i}`, [`File:eve ${i}.jpg`], { sitelinks: 60 - i })),
	];
	for (const i of [5, 6, 7, 8, 9]) files.push({ title: `File:Eve ${i}.jpg`, bytes: face(i) });
	return {
		people,
		files,
		categories: {
			Ann: [
				"File:Ann 2019.jpg",
				"File:Ann again.jpg",
				"File:Ann as a child.jpg",
				"File:Ann in the same picture.jpg",
				"File:Ann's signature.jpg",
				"File:Bob with Ann.jpg",
			],
		},
	};
}
