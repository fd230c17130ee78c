import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PEOPLE_ANSWER, PERSON_ANSWER, RANDOM_ANSWER } from "../../../src/web/api/schemas/people.ts";
import type { PeopleAnswer } from "../../../src/web/api/types.ts";
import { askGallery, starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { errorOf, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
beforeAll(async () => {
	app = await startApp({ askGallery });
});
afterAll(() => app.close());

const get = (path: string) => fetch(`${app.url}/api/v1${path}`);
const people = async (query: string) =>
	PEOPLE_ANSWER.parse(await (await get(`/people?${query}`)).json()) as PeopleAnswer;

describe("GET /api/v1/people", () => {
	it("goes through everybody once, by cursors", async () => {
		const ids: string[] = [];
		let cursor = "";
		for (let numPages = 0; cursor !== "" || numPages === 0; numPages++) {
			const answer = await people(`limit=100${cursor && `&cursor=${cursor}`}`);
			ids.push(...answer.people.map(({ id }) => id));
			cursor = answer.nextCursor ?? "";
		}
		expect(ids).toHaveLength(starterGallery().numPeople);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it("finds beginnings of names without accents and case, and nobody where there is nobody", async () => {
		const { people: found, numFound } = await people("q=PENELOPE+cru");
		expect(found.map(({ name }) => name)).toEqual(["Penélope Cruz"]);
		expect(numFound).toBe(1);
		expect(await people("q=xyzzy")).toEqual({ people: [], numFound: 0, nextCursor: null, didYouMean: [] });
		expect((await people("q=kidmann")).didYouMean[0]).toEqual({ id: "nicole-kidman", name: "Nicole Kidman" });
	});

	it.each(["limit=0", "limit=101", "cursor=abc", "cursor=e30", "page=2", "q=who?&limit=0"])(
		"refuses %s",
		async (query) => {
			const response = await get(`/people?${query}`);
			expect(response.status).toBe(400);
			expect((await errorOf(response)).code).toBe("INVALID_REQUEST");
		},
	);

	it("goes on at the same place where the last person of the page before is gone", async () => {
		const cursor = Buffer.from(JSON.stringify({ after: "nobody-any-more", at: 2 })).toString("base64url");
		const all = await people("limit=4");
		expect((await people(`limit=2&cursor=${cursor}`)).people).toEqual(all.people.slice(2));
	});
});

describe("GET /api/v1/people/{id}", () => {
	it("tells of photos and look-alikes, and never of files", async () => {
		const response = await get("/people/emma-watson?k=3");
		const text = await response.text();
		const person = PERSON_ANSWER.parse(JSON.parse(text));
		expect(person.name).toBe("Emma Watson");
		expect(person.photos).toHaveLength(person.numPhotos);
		expect(person.lookalikes).toHaveLength(3);
		expect(text).not.toMatch(/\.jpg|source/);
	});

	it("answers 404 for nobody, as JSON", async () => {
		const response = await get("/people/nobody");
		expect(response.status).toBe(404);
		expect((await errorOf(response)).code).toBe("NOT_FOUND");
	});
});

describe("GET /api/v1/random", () => {
	it("draws different people", async () => {
		const { people: drawn } = RANDOM_ANSWER.parse(await (await get("/random?count=20")).json());
		expect(new Set(drawn.map(({ id }) => id)).size).toBe(20);
	});
});

describe("the language of answers", () => {
	const russian = { headers: { "accept-language": "ru-RU,ru;q=0.9,en;q=0.8" } };
	const nameAndFor = async (query: string, init?: RequestInit) => {
		const response = await fetch(`${app.url}/api/v1/people/emma-watson${query}`, init);
		expect(response.headers.get("vary")).toContain("Accept-Language");
		expect(response.headers.get("set-cookie")).toBeNull();
		const { name, knownFor } = PERSON_ANSWER.parse(await response.json());
		return [name, knownFor];
	};

	it("is the one that was asked for, else the browser's, else the gallery's", async () => {
		expect(await nameAndFor("")).toEqual(["Emma Watson", "actor, Harry Potter"]);
		expect(await nameAndFor("", russian)).toEqual(["Эмма Уотсон", "кино, «Гарри Поттер»"]);
		expect(await nameAndFor("?lang=ru")).toEqual(["Эмма Уотсон", "кино, «Гарри Поттер»"]);
		expect(await nameAndFor("?lang=en", russian)).toEqual(["Emma Watson", "actor, Harry Potter"]);
		expect(await nameAndFor("?lang=tt", russian)).toEqual(["Emma Watson", "actor, Harry Potter"]);
	});

	it("is that of everybody who is named", async () => {
		const cyrillic = /\p{Script=Cyrillic}/u;
		expect((await people("q=эмма+уотс&lang=ru")).people.map(({ name }) => name)).toEqual(["Эмма Уотсон"]);
		expect((await people("q=kidmann&lang=ru")).didYouMean[0]?.name).toBe("Николь Кидман");
		const { lookalikes } = PERSON_ANSWER.parse(await (await get("/people/emma-watson?lang=ru&k=30")).json());
		expect(lookalikes.filter(({ name }) => cyrillic.test(name)).length).toBeGreaterThan(20);
		const { people: drawn } = RANDOM_ANSWER.parse(await (await get("/random?count=30&lang=ru")).json());
		expect(drawn.filter(({ name }) => cyrillic.test(name)).length).toBeGreaterThan(20);
	});
});
