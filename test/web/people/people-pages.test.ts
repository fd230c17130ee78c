import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGallery, starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "../fake-answer.ts";
import { photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
beforeAll(async () => {
	app = await startApp({ askGallery });
});
afterAll(() => app.close());

const textOf = async (path: string) => (await fetch(app.url + path)).text();
const linksOf = (html: string) => [...html.matchAll(/href="(\/people\/[^"]+)"/g)].map(([, path]) => path);

describe("the people of the gallery", () => {
	it("can be looked through page by page, everybody once", async () => {
		const first = linksOf(await textOf("/people"));
		const second = linksOf(await textOf("/people?page=2"));
		expect(first.length).toBeGreaterThan(20);
		expect(second.filter((path) => first.includes(path))).toEqual([]);
		expect(await textOf("/people")).toContain('href="/people?page=2" rel="next"');
		expect(await textOf("/people?page=99999")).not.toContain('rel="next"');
	});

	it("can be searched, and what is asked for comes back escaped", async () => {
		expect(linksOf(await textOf("/people?q=WATSON+emm"))).toEqual(["/people/emma-watson"]);
		const hostile = await textOf(`/people?q=${encodeURIComponent('"><script>x</script>')}`);
		expect(hostile).not.toContain("<script>x");
		expect(hostile).toContain("Nobody called “&#34;&gt;&lt;script&gt;");
		expect(hostile).toContain('<a class="button" href="/people">See everybody</a>');
		const wrong = await fetch(`${app.url}/people?page=0`);
		expect(wrong.status).toBe(400);
		// nobody sent a photo that could be chosen again
		expect(await wrong.text()).toContain("This address can&#39;t be used like that.");
	});

	it("have pages with lookalikes, photos and the way to one's own", async () => {
		const html = await textOf("/people/emma-watson");
		expect(html).toContain('<h1 class="page-title">Emma Watson</h1>');
		expect(linksOf(html).length).toBeGreaterThanOrEqual(8);
		expect(html).toContain("And who do you look like?");
		expect(html).not.toContain("Somebody here was told");
		expect((await fetch(`${app.url}/people/nobody`)).status).toBe(404);
	});

	it("have pages that say what for in the visitor's language, and what is English as such", async () => {
		for (const [person, what] of [
			["emma-watson", "кино, «Гарри Поттер»"],
			["adele", 'музыка, <span lang="en">Hello</span>'],
		]) {
			const response = await fetch(`${app.url}/people/${person}`, { headers: { "Accept-Language": "ru" } });
			expect(await response.text()).toContain(`<p class="lead">${what}</p>`);
		}
	});

	it("have pages that say what somebody was told, where that was sent on", async () => {
		const html = await textOf("/people/emma-watson?score=72");
		expect(html).toContain("Somebody here was told:");
		expect(html).toContain("72 of 100");
	});

	it.each(["score=999", "score=-5", "score=abc", "photo=x"])(
		"are plain where an address says %s",
		async (query) => {
			const html = await textOf(`/people/emma-watson?${query}`);
			expect(html).toContain("And who do you look like?");
			expect(html).not.toContain("Somebody here was told");
		},
	);

	it("stand on a map, with a mark for the visitor", async () => {
		const map = await textOf("/map");
		expect(linksOf(map)).toHaveLength(starterGallery().numPeople);
		expect(map).not.toContain('class="map-you"');
		expect(await textOf("/map?at=512-300")).toContain('<circle cx="512" cy="300" r="11"/>');
		expect((await fetch(`${app.url}/map?at=5000-1`)).status).toBe(400);
	});

	it("are linked from an answer, which says why it is this one and can be sent on", async () => {
		const answer = fakeAnswer({ clarity: 0.5 });
		const other = await startApp({ askGallery, findLookalikes: async () => answer });
		const response = await fetch(`${other.url}/match`, { method: "POST", body: photoForm() });
		const html = await response.text();
		await other.close();
		expect(html).toContain('class="why-plot"');
		expect(html).toMatch(/Of 100 strangers|Hardly one stranger|Nearly every stranger/);
		// what the sentence says and what the score says is not the same in an unclear photo
		expect(html).toContain("so this counts 46 of 100; in a clear one it would be 92.");
		const [, face] = /name="face" value="(data:image\/jpeg;base64,[^"]+)"/.exec(html) ?? [];
		expect(face).toBeDefined();
		// only a tick sends the face along
		expect(html).not.toMatch(/name="face" value="[^"]+" checked/);
		expect(html).toContain(
			`/people/${encodeURIComponent(slugOfRow(answer.faces[0]!.matches[0]!.photo.person))}?score=`,
		);
	});
});

function slugOfRow(person: number): string {
	return starterGallery().person(person).name.toLowerCase().replaceAll(" ", "-");
}
