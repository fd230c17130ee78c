import { afterEach, describe, expect, it } from "vitest";
import type { DescribedPhoto } from "../../../src/pipeline/describe-faces.ts";
import { DETECT_ANSWER } from "../../../src/web/api/schemas/faces.ts";
import type { MatchAnswer } from "../../../src/web/api/types.ts";
import type { FindLookalikes, MatchOptions } from "../../../src/web/guard/answer-upload.ts";
import { askGallery } from "../../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "../fake-answer.ts";
import { fakeComparison } from "../fake-comparison.ts";
import { errorOf, type FakeParts, photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

const PHOTO = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xfb);
const BASE64 = Buffer.from(PHOTO).toString("base64");

function remember() {
	const seen: { bytes: number[]; options: MatchOptions }[] = [];
	const findLookalikes: FindLookalikes = async (bytes, options) => {
		seen.push({ bytes: [...bytes], options });
		return fakeAnswer({ k: options.k, exact: options.exact });
	};
	return { seen, findLookalikes };
}

async function post(
	query: string,
	type: string | undefined,
	body: string | Uint8Array<ArrayBuffer>,
	parts: FakeParts = {},
) {
	app = await startApp(parts);
	return fetch(`${app.url}/api/v1/match${query}`, {
		method: "POST",
		body,
		headers: type === undefined ? {} : { "content-type": type },
	});
}

describe("a request of the API", () => {
	it("may be the photo's bytes, with options in the address", async () => {
		const { seen, findLookalikes } = remember();
		const query = "?k=3&face=1&recall=0.9&collection=film,music&collection=sport&exact";
		const response = await post(query, "image/jpeg", PHOTO, { findLookalikes });
		expect(response.status).toBe(200);
		expect(((await response.json()) as MatchAnswer).faces[0]?.face).toBe(1);
		expect(seen[0]?.bytes).toEqual([...PHOTO]);
		expect(seen[0]?.options).toMatchObject({
			...{ k: 3, face: 1, recall: 0.9, exact: false },
			collections: ["film", "music", "sport"],
		});
	});

	it.each([
		["base64", BASE64, 1],
		["a data: address", `data:image/jpeg;base64,${BASE64}`, 1],
		["several photos", [BASE64, BASE64], 2],
	])("may be JSON with %s", async (_what, photo, count) => {
		const { seen, findLookalikes } = remember();
		const body = JSON.stringify({ photo, k: 2, fuse: count > 1 });
		const response = await post("", "application/json", body, { findLookalikes });
		expect(response.status).toBe(200);
		expect(seen[0]?.bytes).toEqual([...PHOTO]);
		expect(seen[0]?.options.furtherPhotos).toHaveLength(count - 1);
	});

	it.each<[string, string, string, string | Uint8Array<ArrayBuffer>, string, RegExp]>([
		[
			"an address instead of a photo",
			"",
			"application/json",
			'{"photo":"https://a.org/a.jpg"}',
			"INVALID_REQUEST",
			/address/,
		],
		["what is not base64", "", "application/json", '{"photo":"a photo!"}', "INVALID_REQUEST", /base64/],
		["what is not JSON", "", "application/json", "{", "INVALID_REQUEST", /not JSON/],
		["JSON without a photo", "", "application/json", '{"k":3}', "NO_PHOTO", /photo/],
		["a list as JSON", "", "application/json", "[]", "INVALID_REQUEST", /received a list/],
		["null as JSON", "", "application/json", "null", "INVALID_REQUEST", /received null/],
		["a word as JSON", "", "application/json", '"me.jpg"', "INVALID_REQUEST", /received a string/],
		[
			"a number as a word in JSON",
			"",
			"application/json",
			`{"photo":"${BASE64}","k":"3"}`,
			"INVALID_REQUEST",
			/`k`/,
		],
		[
			"an option that there is not",
			"?kk=3",
			"image/png",
			PHOTO,
			"INVALID_REQUEST",
			/`kk`: there is no such option/,
		],
		["an empty body", "", "image/png", "", "NO_PHOTO", /photo/],
		["another kind of body", "", "text/html", "<p>", "INVALID_REQUEST", /text\/html/],
		["fuse and face together", "?fuse=1&face=0", "image/png", PHOTO, "INVALID_REQUEST", /both/],
		["a recall beyond 1", "?recall=1.5", "image/png", PHOTO, "INVALID_REQUEST", /`recall`/],
		[
			"a number beyond all bounds",
			"?k=1e99",
			"image/png",
			PHOTO,
			"INVALID_REQUEST",
			/`k`: expected a whole number from 1 to 50 but received "1e99"/,
		],
		[
			"a negative number",
			"?face=-1",
			"image/png",
			PHOTO,
			"INVALID_REQUEST",
			/from 0 to 999 but received "-1"/,
		],
		["no number", "?k=NaN", "image/png", PHOTO, "INVALID_REQUEST", /whole number .* received "NaN"/],
		["a hexadecimal number", "?k=0x5", "image/png", PHOTO, "INVALID_REQUEST", /received "0x5"/],
		["an empty number", "?k=", "image/png", PHOTO, "INVALID_REQUEST", /received ""/],
		["a fraction", "?k=1.5", "image/png", PHOTO, "INVALID_REQUEST", /received "1.5"/],
		["a word for yes or no", "?fuse=maybe", "image/png", PHOTO, "INVALID_REQUEST", /true or false/],
		["a list for a number", "", "application/json", '{"k":[1]}', "INVALID_REQUEST", /received a list/],
		["a number for a photo", "", "application/json", '{"photo":5}', "INVALID_REQUEST", /photo in base64.* 5/],
		["a language that is none", "?lang=russian", "image/png", PHOTO, "INVALID_REQUEST", /`en` or `ru`/],
		["k twice", "?k=1&k=2", "image/png", PHOTO, "INVALID_REQUEST", /`k`.* received several/],
	])("is refused with %s", async (_what, query, type, body, code, message) => {
		const response = await post(query, type, body);
		expect(response.status).toBe(400);
		const error = await errorOf(response);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.requestId).toBe(response.headers.get("x-request-id"));
	});

	it.each([
		["nested lists", `{"photo":${"[".repeat(15_000)}${"]".repeat(15_000)}}`],
		["nested objects", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`],
		["many empty objects", `{"photo":[${"{},".repeat(9000)}{}]}`],
		["many options", `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join()},"k":1}`],
		["a number of many digits", `{"k":${"9".repeat(30_000)}}`],
		["many strings", `{"photo":[${'"AAAA",'.repeat(9000)}"AAAA"]}`],
		["many quotes in a string", `{"photo":"${'\\"'.repeat(30_000)}"}`],
		["structure behind a quote that ends its string", `{"photo":"\\\\\\\\","k":${"[".repeat(30_000)}`],
	])("is refused, before it is parsed, with %s in JSON", async (_what, body) => {
		const response = await post("", "application/json", body);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).message).toMatch(/at most 20000 bytes beside its photos/);
	});

	it("is refused with JSON in UTF-16, whose bytes could hide its structure", async () => {
		const body = Uint8Array.from(Buffer.from(JSON.stringify({ photo: BASE64 }), "utf16le"));
		const response = await post("", "application/json; charset=utf-16le", body);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).message).toMatch(/UTF-8/);
	});

	it("may have slashes that are escaped, as PHP does, and quotes in its strings", async () => {
		const { seen, findLookalikes } = remember();
		const body = `{"photo":"${BASE64.replaceAll("/", "\\/")}","collection":["a \\"b\\" [c"]}`;
		const response = await post("", "application/json; charset=UTF-8", body, { findLookalikes });
		expect(response.status).toBe(200);
		expect(BASE64).toContain("/");
		expect(seen[0]?.bytes).toEqual([...PHOTO]);
	});

	it("is refused with an option as long as a photo", async () => {
		const body = JSON.stringify({ photo: BASE64, collection: ["film", "a".repeat(3000)] });
		const response = await post("", "application/json", body);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).message).toBe("Wrong option `collection`: it is too long.");
	});

	it("is told of a wrong option without its name's whole length", async () => {
		const response = await post("", "application/json", JSON.stringify({ ["a".repeat(500_000)]: 1 }));
		expect(response.status).toBe(400);
		expect((await errorOf(response)).message?.length).toBeLessThan(200);
	});

	it.each([
		["bytes", "image/jpeg", new Uint8Array(1001)],
		["JSON", "application/json", JSON.stringify({ photo: Buffer.alloc(1001).toString("base64") })],
		["long JSON", "application/json", JSON.stringify({ photo: "A".repeat(30_000) })],
	])("is refused with too large a photo as %s", async (_what, type, body) => {
		const response = await post("", type, body, { settings: { maxUploadBytes: 1000 } });
		expect(response.status).toBe(413);
		expect((await errorOf(response)).code).toBe("PHOTO_TOO_LARGE");
	});

	it("is refused compressed, since a kilobyte could then be gigabytes", async () => {
		app = await startApp();
		const response = await fetch(`${app.url}/api/v1/match`, {
			method: "POST",
			body: PHOTO,
			headers: { "content-type": "image/png", "content-encoding": "gzip" },
		});
		expect(response.status).toBe(400);
		expect((await errorOf(response)).message).toContain("Content-Encoding");
	});

	it.each([
		["photo", 20],
		["image", 1],
	])("is told of a form with files in the field %s, %i of them", async (field, number) => {
		app = await startApp();
		const body = new FormData();
		for (let i = 0; i < number; i++) body.append(field, new Blob([PHOTO]), "me.jpg");
		const response = await fetch(`${app.url}/api/v1/match`, { method: "POST", body });
		expect(response.status).toBe(400);
		expect((await errorOf(response)).message).toContain("more files than are taken");
	});

	it("is told how much more may come", async () => {
		const response = await post("", "image/png", PHOTO, { settings: { rateLimitPerMinute: 9 } });
		expect(response.headers.get("ratelimit-policy")).toContain("q=9");
		expect(response.headers.get("ratelimit")).toContain("r=8");
	});
});

describe("a form", () => {
	// a list of a hundred million holes is looked through for ten seconds
	it.each(["k[99999999]", "__proto__[k]", "k[]"])("is refused with a field `%s`", async (name) => {
		app = await startApp({ askGallery, comparePhotos: fakeComparison });
		const form = photoForm({ [name]: "3" });
		const two = new FormData();
		two.set("first", form.get("photo") as Blob);
		two.set(name, "3");
		const fields = new FormData();
		fields.set(name, "3");
		const posts = { "/api/v1/match": form, "/match": form, "/compare": two, "/card": fields };
		for (const [path, body] of Object.entries(posts)) {
			const headers = { accept: "application/json" };
			const response = await fetch(`${app.url}${path}`, { method: "POST", body, headers });
			expect([path, response.status, (await errorOf(response)).code]).toEqual([path, 400, "INVALID_REQUEST"]);
		}
	});
});

describe("boxes and landmarks", () => {
	it("are in pixels of the uploaded photo, and beside that as shares of its sides", async () => {
		const { photo, faces, numUnanswered, timings } = fakeAnswer({ scale: 3 });
		const described: DescribedPhoto = { photo, faces, numUnanswered, timings };
		app = await startApp({ detectFaces: async () => described });
		const response = await fetch(`${app.url}/api/v1/detect`, {
			method: "POST",
			body: PHOTO,
			headers: { "content-type": "image/png" },
		});
		const answer = DETECT_ANSWER.parse(await response.json());
		expect(answer.photo).toEqual({ width: 1920, height: 1440 });
		const face = answer.faces[0]!;
		expect(face.box).toEqual({ x: 180, y: 270, width: 420, height: 480 });
		expect(face.relativeBox.x).toBeCloseTo(60 / 640);
		expect(face.relativeBox.height).toBeCloseTo(160 / 480);
		const [x, y] = faces[0]!.landmarks.slice(60, 62);
		expect(face.landmarks.five.nose[0]).toBeCloseTo(x! * 3);
		expect(face.relativeLandmarks.all[30]![1]).toBeCloseTo(y! / 480);
	});
});
