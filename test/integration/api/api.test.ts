/** The API as programs use it: through the client, with real nets. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiError, FacesClient } from "../../../src/client/client.ts";
import { COMPARE_ANSWER, MATCH_ANSWER, VERSION_ANSWER } from "../../../src/web/api/schemas/answers.ts";
import { DETECT_ANSWER, EMBED_ANSWER } from "../../../src/web/api/schemas/faces.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { readSamplePhoto, SAMPLE_FACE_COUNTS } from "../../helpers/sample-photos.ts";
import { startRealApp } from "../../helpers/servers/real-app.ts";
import type { RunningApp } from "../../web/start-app.ts";

let app: RunningApp;
let client: FacesClient;
let photo: Buffer;
beforeAll(async () => {
	app = await startRealApp();
	client = new FacesClient({ url: app.url, maxRetries: 0 });
	photo = await readSamplePhoto(1);
});
afterAll(() => app.close());

const failureOf = (call: Promise<unknown>) => call.catch((error: ApiError) => error) as Promise<ApiError>;

describe("the client", () => {
	it("matches, detects and embeds the same faces in the same order", async () => {
		const matched = MATCH_ANSWER.parse(await client.match(photo, { k: 2, exact: true }));
		const detected = DETECT_ANSWER.parse(await client.detect(photo));
		const embedded = EMBED_ANSWER.parse(await client.embed(photo));
		expect(matched.faces).toHaveLength(SAMPLE_FACE_COUNTS[0]);
		for (const { faces } of [detected, embedded]) {
			expect(faces.map(({ box }) => box)).toEqual(matched.faces.map(({ box }) => box));
		}
		const { width, height } = await sharp(photo).metadata();
		expect(matched.photo).toEqual({ width, height });
		const known = await client.person(matched.faces[0]!.matches[0]!.id);
		expect(known.name).toBe(matched.faces[0]!.matches[0]!.name);
	});

	it("has boxes and landmarks where the face is in the uploaded photo, larger than the pipeline's and on its side", async () => {
		const small = await client.detect(photo);
		const large = sharp(photo)
			.resize(small.photo.width * 2)
			.rotate(90);
		const onSide = await large.withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toBuffer();
		const answer = await client.detect(onSide);
		expect(answer.photo.width).toBe(small.photo.width * 2);
		for (const face of small.faces) {
			const middle = ({ x, y, width, height }: typeof face.box) => [x + width / 2, y + height / 2] as const;
			const [x, y] = middle(face.relativeBox);
			const same = answer.faces.find(({ relativeBox }) => {
				const [otherX, otherY] = middle(relativeBox);
				return Math.hypot(x - otherX, y - otherY) < 0.02;
			});
			expect(same?.box.width).toBeGreaterThan(face.box.width * 1.7);
			const nose = same?.landmarks.five.nose ?? [0, 0];
			expect(nose[0]).toBeGreaterThan(same!.box.x);
			expect(nose[0]).toBeLessThan(same!.box.x + same!.box.width);
			// a person's right eye is on the left of the picture
			expect(same!.landmarks.five.rightEye[0]).toBeLessThan(same!.landmarks.five.leftEye[0]);
		}
	});

	it("answers one face of a photo, by its number", async () => {
		const all = await client.match(photo, { k: 1 });
		const one = await client.match(photo, { k: 1, face: 1 });
		expect(one.faces).toEqual([{ ...all.faces[1], searchMs: expect.any(Number) }]);
		expect(one.numUnanswered).toBe(all.faces.length - 1);
		const failure = await failureOf(client.match(photo, { face: 9 }));
		expect(failure).toMatchObject({ status: 422, code: "NO_FACE_FOUND" });
		expect(failure.hint).toContain("0 to 2");
	});

	it("matches by the approximate search, and only people of a collection", async () => {
		const [usual] = (await client.match(photo, { face: 0 })).faces;
		const [found] = (await client.match(photo, { face: 0, recall: 0.99 })).faces;
		expect(found?.matches).toHaveLength(7);
		const collections = new Set(starterGallery().people.flatMap((person) => person.collections));
		const [collection] = usual!.matches[1]!.collections;
		expect(collections.size).toBeGreaterThan(1);
		const [some] = (await client.match(photo, { face: 0, collection: [collection!], k: 20 })).faces;
		expect(some!.matches.every((match) => match.collections.includes(collection!))).toBe(true);
		// the score of a person is the same, whoever else was asked for
		const same = some!.matches.find(({ id }) => id === usual!.matches[1]!.id);
		expect(same?.resemblance).toBe(usual!.matches[1]!.resemblance);
		const failure = await failureOf(client.match(photo, { collection: ["nowhere"] }));
		expect(failure).toMatchObject({ status: 400, code: "INVALID_ARGUMENT" });
		expect(failure.hint).toContain(collection);
	});

	it("takes embeddings as float32, of unit length", async () => {
		const [numbers] = (await client.embed(photo, { face: 0 })).faces;
		const [packed] = (await client.embed(photo, { face: 0, format: "base64" })).faces;
		const bytes = Buffer.from(packed!.embedding as string, "base64");
		const unpacked = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
		expect(unpacked).toEqual(numbers!.embedding);
		expect(Math.hypot(...unpacked)).toBeCloseTo(1, 5);
	});

	it("compares two photos and the faces of one, and finds a face most like its mirror image", async () => {
		const mirrored = await sharp(photo).flop().jpeg().toBuffer();
		const { pairs, photos } = COMPARE_ANSWER.parse(await client.compare(photo, mirrored));
		expect(photos.map(({ faces }) => faces.length)).toEqual([3, 3]);
		expect(pairs).toHaveLength(9);
		const middleOf = (i: number, face: number) => {
			const { x, width } = photos[i]!.faces[face]!.relativeBox;
			return x + width / 2;
		};
		for (const { first, second } of pairs.slice(0, 3)) {
			expect(middleOf(first.photo, first.face)).toBeCloseTo(1 - middleOf(second.photo, second.face), 1);
		}
		expect((await client.compare(photo)).pairs).toHaveLength(3);
	});

	it("answers several photos of a person as one, and a photo without a face with no faces or an error", async () => {
		const box = (await client.detect(photo)).faces[0]!.box;
		const region = { left: Math.round(box.x - box.width / 2), top: Math.round(box.y - box.height / 2) };
		const crop = sharp(photo).extract({
			...region,
			width: Math.round(box.width * 2),
			height: Math.round(box.height * 2),
		});
		const one = await crop.jpeg().toBuffer();
		const two = await sharp(one).flop().jpeg().toBuffer();
		expect((await client.match([one, two])).fused).toEqual({ numPhotos: 2, numUsed: 2 });
		const wall = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#667788" } })
			.png()
			.toBuffer();
		expect((await client.detect(wall)).faces).toEqual([]);
		expect(await failureOf(client.embed(wall))).toMatchObject({ status: 422, code: "NO_FACE_FOUND" });
	});

	it("looks through people, draws some, and says what answers", async () => {
		const found = [];
		for await (const person of client.allPeople({ q: "ann", limit: 5 })) found.push(person.id);
		expect(found).toHaveLength((await client.people({ q: "ann" })).numFound);
		expect((await client.random({ count: 2 })).people).toHaveLength(2);
		expect(VERSION_ANSWER.parse(await client.version()).gallery?.numPeople).toBe(starterGallery().numPeople);
		expect(await failureOf(client.person("nobody"))).toMatchObject({ status: 404, code: "NOT_FOUND" });
	});
});

describe("a busy server", () => {
	it("is asked again after as long as it says, and not more often than wanted", async () => {
		const busy = new Response('{"error":{"code":"SERVER_BUSY","message":"m","hint":null,"requestId":"r"}}', {
			status: 503,
			headers: { "Content-Type": "application/json", "Retry-After": "0" },
		});
		let numAsked = 0;
		const ask: typeof fetch = async (...args) => (numAsked++ < 2 ? busy.clone() : fetch(...args));
		const patient = new FacesClient({ url: app.url, fetch: ask });
		expect((await patient.version()).api).toBe("v1");
		numAsked = 0;
		const hasty = new FacesClient({ url: app.url, fetch: ask, maxRetries: 1 });
		expect(await failureOf(hasty.version())).toMatchObject({ code: "SERVER_BUSY", retryAfterS: 0 });
	});
});
