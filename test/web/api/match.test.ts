import { afterEach, describe, expect, it } from "vitest";
import { AppError, type ErrorCode } from "../../../src/errors.ts";
import { describeStatus } from "../../../src/service-state.ts";
import type { MatchAnswer } from "../../../src/web/api/types.ts";
import type { FindLookalikes, MatchOptions } from "../../../src/web/guard/answer-upload.ts";
import type { ServiceStatus } from "../../../src/web/service-status.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "../fake-answer.ts";
import { errorOf, FAKE_STATUS, type FakeParts, photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

async function post(
	body: FormData | string,
	parts: FakeParts = {},
	headers: Record<string, string> = {},
): Promise<Response> {
	app = await startApp(parts);
	return fetch(`${app.url}/api/v1/match`, { method: "POST", body, headers });
}

describe("POST /api/v1/match", () => {
	it("answers with faces, matches, timings, engine and gallery", async () => {
		const response = await post(photoForm());
		const body = (await response.json()) as MatchAnswer;
		expect(response.status).toBe(200);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(Object.keys(body)).toEqual(["photo", "faces", "numUnanswered", "timings", "engine", "gallery"]);
		expect(body.engine).toEqual(FAKE_STATUS.engine);
		expect(body.gallery).toEqual(FAKE_STATUS.gallery);
		expect(body.timings.detect).toBe(61);
		const face = body.faces[0]!;
		expect(face.box).toEqual({ x: 60, y: 90, width: 140, height: 160 });
		expect(face.quality).toEqual({ issues: [], clarity: 1 });
		expect(face.exact).toBeUndefined();
		expect(face.matches).toHaveLength(7);
		expect(face.matches[0]).toEqual({
			rank: 1,
			name: "Ada Lovelace",
			id: "Ada Lovelace",
			similarity: 0.962,
			resemblance: 92,
			words: "could be a twin",
			strangersBelow: expect.any(Number),
			wikipedia: "https://en.wikipedia.org/wiki/Ada_Lovelace",
			collections: ["fakes"],
			photo: { picture: null, similarity: 0.957, credit: null },
		});
	});

	it("never answers with embeddings, landmarks, pixels or the paths of the gallery's photos", async () => {
		const text = await (await post(photoForm({ exact: "true" }))).text();
		expect(text).not.toMatch(/embedding|landmarks|chip|base64|source|\.jpg/);
	});

	it("hands the bytes, `k` and `exact` to the pipeline, and gives the exact search's matches", async () => {
		const seen: { bytes: Uint8Array; options: MatchOptions }[] = [];
		const findLookalikes: FindLookalikes = async (bytes, options) => {
			seen.push({ bytes, options });
			return fakeAnswer(options);
		};
		const response = await post(photoForm({ k: "3", exact: "1" }), { findLookalikes });
		const body = (await response.json()) as MatchAnswer;
		expect([...seen[0]!.bytes]).toEqual([0xff, 0xd8, 0xff, 0xe0]);
		expect(seen[0]!.options).toMatchObject({ k: 3, exact: true });
		expect(body.faces[0]!.matches).toHaveLength(3);
		expect(body.faces[0]!.exact).toHaveLength(3);
		expect(body.faces[0]).toMatchObject({ agreement: 2, exactSearchMs: 1.73 });
	});

	it("hands several photos of one person to the pipeline together, with `fuse` and not without", async () => {
		const seen: MatchOptions[] = [];
		const findLookalikes: FindLookalikes = async (_bytes, options) => {
			seen.push(options);
			return { ...fakeAnswer(options), fused: { numPhotos: 3, numUsed: 2 } };
		};
		const severalPhotos = (fields: Record<string, string>) => {
			const form = photoForm(fields);
			for (const byte of [1, 2]) form.append("photo", new Blob([Uint8Array.of(byte)]), `${byte}.jpg`);
			return form;
		};
		const response = await post(severalPhotos({ fuse: "1" }), { findLookalikes });
		expect(seen[0]?.furtherPhotos.map((photo) => [...photo])).toEqual([[1], [2]]);
		expect(((await response.json()) as MatchAnswer).fused).toEqual({ numPhotos: 3, numUsed: 2 });

		const refused = await post(severalPhotos({}), { findLookalikes });
		expect(refused.status).toBe(400);
		expect((await errorOf(refused)).hint).toContain("fuse=1");
		expect(seen).toHaveLength(1);
	});

	it.each([
		["k", "0"],
		["k", "51"],
		["k", "2.5"],
		["k", "seven"],
		["exact", "maybe"],
		["fuse", "maybe"],
	])("refuses the field %s=%s with 400", async (name, value) => {
		const response = await post(photoForm({ [name]: value }));
		const error = await errorOf(response);
		expect(response.status).toBe(400);
		expect(error.code).toBe("INVALID_REQUEST");
		expect(error.message).toContain(`\`${name}\``);
	});

	it("refuses a form without a photo", async () => {
		const form = new FormData();
		form.set("k", "3");
		const response = await post(form);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).code).toBe("NO_PHOTO");
	});

	it("refuses a form whose file input was left empty, as browsers send it", async () => {
		const form = new FormData();
		form.set("photo", new Blob([]), "");
		expect((await errorOf(await post(form))).code).toBe("NO_PHOTO");
	});

	it("refuses a body of another kind", async () => {
		const response = await post('{"photo":1}', {}, { "content-type": "text/plain" });
		expect(response.status).toBe(400);
		expect((await errorOf(response)).code).toBe("INVALID_REQUEST");
	});

	it("refuses a form that is cut off", async () => {
		const response = await post(
			'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\nabc',
			{},
			{
				"content-type": "multipart/form-data; boundary=x",
			},
		);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).code).toBe("INVALID_REQUEST");
	});

	it("refuses a photo over the limit with 413, and takes one just at it", async () => {
		const settings = { maxUploadBytes: 1000 };
		const form = new FormData();
		form.set("photo", new Blob([new Uint8Array(1001)]), "big.jpg");
		const response = await post(form, { settings });
		expect(response.status).toBe(413);
		expect((await errorOf(response)).code).toBe("PHOTO_TOO_LARGE");
		await app!.close();
		form.set("photo", new Blob([new Uint8Array(1000)]), "fits.jpg");
		expect((await post(form, { settings })).status).toBe(200);
	});

	it.each<[string, (form: FormData) => void]>([
		["a second photo", (form) => form.append("photo", new Blob(["b"]), "b.jpg")],
		["a file in another field", (form) => form.append("other", new Blob(["b"]), "b.jpg")],
		["many fields", (form) => void Array.from({ length: 9 }, (_, i) => form.append(`f${i}`, "x"))],
		["a long field", (form) => form.append("k", "1".repeat(1000))],
		["a nested field", (form) => form.append("k[a][b][c]", "1")],
	])("refuses a form with %s", async (_what, spoil) => {
		const form = photoForm();
		spoil(form);
		const response = await post(form);
		expect(response.status).toBe(400);
		expect((await errorOf(response)).code).toBe("INVALID_REQUEST");
	});

	it("gives errors as code, message, hint and the request id of the header", async () => {
		const findLookalikes: FindLookalikes = async () => {
			throw new AppError("NO_FACE_FOUND", "Expected a face but found none.", { hint: "Move closer." });
		};
		const response = await post(photoForm(), { findLookalikes });
		expect(response.status).toBe(422);
		expect(await response.json()).toEqual({
			error: {
				code: "NO_FACE_FOUND",
				message: "Expected a face but found none.",
				hint: "Move closer.",
				requestId: response.headers.get("x-request-id"),
			},
		});
	});

	it.each<[ErrorCode, number]>([
		["UNSUPPORTED_IMAGE", 415],
		["HEIC_NOT_SUPPORTED", 415],
		["TOO_MANY_PIXELS", 413],
		["BROKEN_IMAGE", 422],
		["ENGINE_UNAVAILABLE", 503],
		["INDEX_CORRUPT", 500],
	])("answers %s with %i", async (code, status) => {
		const findLookalikes: FindLookalikes = async () => {
			throw new AppError(code, "Expected something else.");
		};
		const response = await post(photoForm(), { findLookalikes });
		expect(response.status).toBe(status);
		expect((await errorOf(response)).hint).toSatisfy((hint) => hint === null || typeof hint === "string");
	});

	it("answers GET with 405 and says what is allowed", async () => {
		app = await startApp();
		const response = await fetch(`${app.url}/api/v1/match`);
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toBe("POST");
		expect((await errorOf(response)).code).toBe("METHOD_NOT_ALLOWED");
	});

	it("says of a path with several methods, of which some change the gallery, all that are allowed", async () => {
		app = await startApp();
		for (const [path, allowed] of [
			["people", "GET, HEAD, POST"],
			["people/emma-watson", "GET, HEAD, DELETE, PATCH"],
		]) {
			const response = await fetch(`${app.url}/api/v1/${path}`, { method: "OPTIONS" });
			expect([response.status, response.headers.get("allow")]).toEqual([405, allowed]);
		}
	});

	it("takes a proxy's harmless request id and replaces a hostile one", async () => {
		const kept = await post(photoForm(), {}, { "x-request-id": "edge-0123456789" });
		expect(kept.headers.get("x-request-id")).toBe("edge-0123456789");
		await app!.close();
		const replaced = await post(photoForm(), {}, { "x-request-id": '"><script>' });
		expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
	});
});

describe("health", () => {
	it("says that the process is alive, whatever the engine does", async () => {
		app = await startApp({ status: () => ({ state: "starting", versions: {} }) });
		const response = await fetch(`${app.url}/healthz`);
		expect(response.status).toBe(200);
		expect(await response.json()).toEqual({ status: "ok" });
	});

	it("says what is ready, and answers 503 before and after", async () => {
		let status: ServiceStatus = { state: "starting", versions: {} };
		app = await startApp({ status: () => status });
		const before = await fetch(`${app.url}/readyz`);
		expect(before.status).toBe(503);
		expect(before.headers.get("retry-after")).toBe("2");
		status = FAKE_STATUS;
		const now = await fetch(`${app.url}/readyz`);
		expect(now.status).toBe(200);
		expect(await now.json()).toEqual(FAKE_STATUS);
		status = { state: "stopping", versions: {} };
		expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
	});

	it("asks for whom a face looks like also while the gallery's database was away when it was last looked at", async () => {
		const gallery = { current: starterGallery(), fileState: "served", isReachable: false } as const;
		const engine = { name: "onnx", description: "onnxruntime-node" };
		const service = { tools: { engine }, watch: { isWell: true } };
		const status = () => describeStatus(gallery, service, false);
		const response = await post(photoForm(), {
			status,
			findLookalikes: async () => {
				throw new AppError("DATABASE_UNAVAILABLE", "The gallery's database does not answer at the moment.");
			},
		});
		expect((await errorOf(response)).code).toBe("DATABASE_UNAVAILABLE");
		expect((await fetch(`${app!.url}/readyz`)).status).toBe(503);
		expect(status().state).toBe("unwell");
		expect(describeStatus(gallery, { ...service, watch: { isWell: false } }, false)).not.toHaveProperty(
			"engine",
		);
	});

	it.each([
		["starting", "ENGINE_UNAVAILABLE"],
		["stopping", "SHUTTING_DOWN"],
	] as const)("takes no photo while %s", async (state, code) => {
		const response = await post(photoForm(), { status: () => ({ state, versions: {} }) });
		expect(response.status).toBe(503);
		expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await errorOf(response)).code).toBe(code);
	});
});
