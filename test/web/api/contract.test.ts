/** The description and the server say the same: what is described is there, and what the server says is described. */
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv2020 from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError, type ErrorCode } from "../../../src/errors.ts";
import { PeopleDirectory } from "../../../src/gallery/browse/people-directory.ts";
import { createKey, type KnownKey } from "../../../src/keys/key-file.ts";
import type { OpenApi } from "../../../src/web/api/docs/openapi.ts";
import { errorsOf } from "../../../src/web/api/docs/openapi.ts";
import { API_PATH, OPERATIONS, type Operation } from "../../../src/web/api/operations.ts";
import { photoIdOf } from "../../../src/web/api/present-people.ts";
import { askGallery, starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "../fake-answer.ts";
import { type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
let description: OpenApi;
const admin = createKey("admin", { isAdmin: true }, "2026-11-26");
let keys: readonly KnownKey[] = [admin.known];
/** Thrown by whatever is asked next. */
let failure: ErrorCode | undefined;

async function answerOrFail<T>(answer: T): Promise<T> {
	const code = failure;
	failure = undefined;
	if (code) throw new AppError(code, "Expected something else.");
	return answer;
}

beforeAll(async () => {
	const { photo, faces, numUnanswered, timings } = fakeAnswer({ numFaces: 2 });
	const described = { photo, faces, numUnanswered, timings };
	const embeddings = faces.map(() => Float32Array.of(0.6, 0.8));
	const resemblance = { words: "a bit alike", strangersBelow: 0.9 } as const;
	const place = (face: number) => ({ photo: 0, face });
	const pairs = [{ first: place(0), second: place(1), similarity: 0.9, resemblance, isUnclear: false }];
	const gallery = starterGallery();
	const result = { ...gallery.photo(0), embedding: Float32Array.of(0.6, 0.8) };
	const sources = [gallery.source(PHOTO_ROW)];
	const changed = () => answerOrFail({ sources, numPhotos: 1, numPassedOver: 0, refused: [], gallery });
	app = await startApp({
		askKeys: () => keys,
		administration: {
			refresh: () => {},
			embed: async () => ({ photos: [{ source: gallery.source(0), result }], pictures: [] }),
			addPerson: changed,
			addPhotos: changed,
			removePerson: changed,
			removePhoto: changed,
			renamePerson: changed,
			noteRefused: async () => {},
		},
		askGallery,
		findLookalikes: (_bytes, { k, exact }) => answerOrFail(fakeAnswer({ k, exact })),
		detectFaces: () => answerOrFail(described),
		embedFaces: () => answerOrFail({ ...described, embeddings }),
		comparePhotos: () => answerOrFail({ photos: [described], pairs, samePersonShare: undefined }),
	});
	description = (await (await fetch(`${app.url}/openapi.json`)).json()) as OpenApi;
});
afterAll(() => app.close());

/** One of Emma Watson's. */
const PHOTO_ROW = PeopleDirectory.of(starterGallery()).find("emma-watson")!.rows[0]!;

const operations = Object.entries(OPERATIONS) as [string, Operation][];
const withPhotos = operations.filter(([, { maxPhotos }]) => maxPhotos !== undefined);
const withFailures = operations.filter(([, { method }]) => method !== "get");

const authorization = `Bearer ${admin.key}`;

function ask({ method, path, maxPhotos, isJson, options }: Operation, query = ""): Promise<Response> {
	const place = path
		.replace("{id}", "emma-watson")
		.replace("{photo}", photoIdOf(starterGallery(), PHOTO_ROW));
	const url = `${app.url}${API_PATH}${place}`;
	const asked = method.toUpperCase();
	if (isJson) {
		const body = JSON.stringify({ name: "Somebody", ...Object.fromEntries(new URLSearchParams(query)) });
		const headers = { "content-type": "application/json", authorization };
		return fetch(url, { method: asked, body, headers });
	}
	if (maxPhotos === undefined) return fetch(url + query, { method: asked, headers: { authorization } });
	const name = "name" in options.shape && !query.includes("name=") ? "name=Somebody" : "";
	const search = [query.slice(1), name].filter(Boolean).join("&");
	const headers = { "content-type": "image/jpeg", authorization };
	return fetch(`${url}?${search}`, { method: asked, body: "photo", headers });
}

const validators = new Map<string, ReturnType<Ajv2020.Ajv2020["compile"]>>();

function validatorOf($ref: string) {
	const known = validators.get($ref);
	if (known) return known;
	const ajv = new Ajv2020.default({ strict: false, validateFormats: false });
	const validate = ajv.compile({ $ref, components: description.components });
	validators.set($ref, validate);
	return validate;
}

/** Holds an answer against the description, as a program would that has nothing else. */
async function expectDescribed({ method, path }: Operation, response: Response): Promise<void> {
	const told = description.paths[API_PATH + path]?.[method]?.responses[response.status];
	const text = await response.text();
	expect(told, `${method} ${path} ${response.status} ${text}`).toBeDefined();
	const content = told?.content["application/json"];
	expect(response.headers.get("content-type")).toContain("application/json");
	expect(response.headers.get("x-request-id")).toMatch(/^[\w-]+$/);
	const validate = validatorOf(content?.schema.$ref as string);
	expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
	if (response.status !== 200) {
		const { code } = JSON.parse(text).error;
		expect(told?.description).toContain(`\`${code}\``);
	}
}

describe("the description", () => {
	it("is OpenAPI 3.1", async () => {
		const { valid, errors } = await new Validator().validate({ ...structuredClone(description) });
		expect(errors ?? []).toEqual([]);
		expect(valid).toBe(true);
		expect(description.openapi).toMatch(/^3\.1/);
	});

	it.each(operations)("says what %s answers", async (_name, operation) => {
		const response = await ask(operation);
		expect(response.status).toBe(200);
		await expectDescribed(operation, response);
	});

	it.each(
		withFailures.flatMap(([name, operation]) =>
			[...errorsOf(operation)].flatMap(([status, codes]) =>
				codes.map((code) => ({ name, code, status, operation })),
			),
		),
	)("says how $name fails with $code", async ({ code, status, operation }) => {
		failure = code;
		const response = await ask(operation);
		expect(response.status).toBe(status);
		await expectDescribed(operation, response);
	});

	it.each(operations.filter(([, { isAdministration }]) => isAdministration))(
		"says that %s is refused without the right to it",
		async (_name, operation) => {
			keys = [{ ...admin.known, isAdmin: false }];
			const response = await ask(operation);
			keys = [admin.known];
			expect(response.status).toBe(403);
			await expectDescribed(operation, response);
		},
	);

	it("says what is refused of options, whatever they are", async () => {
		const names = fc.constantFrom(
			"k",
			"face",
			"exact",
			"recall",
			"collection",
			"fuse",
			"format",
			"name",
			"wikipedia",
			"sure",
			"limit",
			"lang",
			"q",
			"x",
		);
		const words = fc.oneof(
			fc.string(),
			fc.integer().map(String),
			fc.constantFrom("true", "0", "1", "base64"),
		);
		const query = fc.array(fc.tuple(names, words), { maxLength: 4 });
		const asked = fc.tuple(fc.constantFrom(...operations), query);
		await fc.assert(
			fc.asyncProperty(asked, async ([[, operation], options]) => {
				await expectDescribed(operation, await ask(operation, `?${new URLSearchParams(options)}`));
			}),
			{ numRuns: 60, seed: 7 },
		);
	});

	it("says what is refused of JSON, whatever it is", async () => {
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...withPhotos), fc.json(), async ([, operation], body) => {
				const response = await fetch(
					`${app.url}${API_PATH}${operation.path.replace("{id}", "emma-watson")}`,
					{
						method: "POST",
						body,
						headers: { "content-type": "application/json", authorization },
					},
				);
				await expectDescribed(operation, response);
			}),
			{ numRuns: 40, seed: 7 },
		);
	});

	it.each(["../../x?<script>", "..", "A/../B", "Grace|Kelly", "Ann\nLee"])(
		"says that %j is no article's title",
		async (wikipedia) => {
			const response = await fetch(`${app.url}${API_PATH}/people/emma-watson`, {
				method: "PATCH",
				body: JSON.stringify({ wikipedia }),
				headers: { "content-type": "application/json", authorization },
			});
			expect(response.status).toBe(400);
			expect(await response.text()).toContain("title of an article");
		},
	);

	it("refuses a name as long as a photo, and renames nobody to what stands for it", async () => {
		const response = await fetch(`${app.url}${API_PATH}/people/emma-watson`, {
			method: "PATCH",
			body: JSON.stringify({ name: "a".repeat(3000) }),
			headers: { "content-type": "application/json", authorization },
		});
		expect(response.status).toBe(400);
		expect(await response.text()).toContain("it is too long");
	});

	it("is what the page for people shows, without another host", async () => {
		const html = await (await fetch(`${app.url}/docs`)).text();
		for (const [name, { method, path }] of operations) {
			expect(html).toContain(`${method.toUpperCase()} ${API_PATH}${path}`);
			expect(html).toContain(`<section id="${name}"`);
		}
		for (const [, id] of html.matchAll(/href="#([\w-]+)"/g)) expect(html).toContain(`id="${id}"`);
		expect(html).not.toMatch(/(?:src|<link [^>]*href)="(?:https?:)?\/\//);
		const russian = await fetch(`${app.url}/docs`, { headers: { "accept-language": "ru" } });
		expect(await russian.text()).toContain("Для программ");
	});

	it("has all codes that docs/api.md lists", () => {
		const text = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
		for (const [, operation] of operations) {
			for (const codes of errorsOf(operation).values()) {
				for (const code of codes) expect(text).toContain(`\`${code}\``);
			}
			expect(text).toContain(`${operation.method.toUpperCase()} ${API_PATH}${operation.path}`);
		}
	});
});
