/** A gallery's own face over HTTP: its texts, language, colour and credits, and nothing of celebrities where it has none. */
import { afterEach, describe, expect, it } from "vitest";
import { PeopleDirectory } from "../../src/gallery/browse/people-directory.ts";
import type { Gallery } from "../../src/gallery/gallery.ts";
import type { GallerySettings } from "../../src/gallery/gallery-settings.ts";
import type { Person } from "../../src/gallery/person.ts";
import { cardOfPerson } from "../../src/web/share/person-card.ts";
import { readLocales } from "../../src/web/texts/read-locales.ts";
import { accentColours, contrastOf } from "../../src/web/theme/accent-colours.ts";
import { countPixels } from "../helpers/count-pixels.ts";
import { FAMILY, familyGallery } from "../helpers/galleries/family-gallery.ts";
import { starterGallery } from "../helpers/galleries/starter-gallery.ts";
import { fakeAnswer } from "./fake-answer.ts";
import { photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(() => app?.close());

async function open(
	gallery: Gallery,
): Promise<(path: string, headers?: Record<string, string>) => Promise<string>> {
	app = await startApp({ askGallery: () => ({ gallery, strangers: undefined }) });
	const { url } = app;
	return async (path, headers = {}) =>
		(await fetch(url + path, { headers: { Accept: "text/html", ...headers } })).text();
}

function rgbOf(colour: string): [number, number, number] {
	return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
}

/** What stands in each page's content and head, without the program's own name in the footer. */
const PATHS = ["/", "/people", "/people/ann-smith?score=85", "/map", "/lookalikes", "/privacy", "/nothing"];

describe("a family's gallery", () => {
	it("has its own title, question and lead, also in what is sent on and installed", async () => {
		const get = await open(familyGallery());
		const start = await get("/");
		expect(start).toContain("<title>Which of us do you look like?</title>");
		expect(start).toMatch(/<h1[^>]*>Which of us do you look like\?<\/h1>/);
		expect(start).toContain('<meta property="og:site_name" content="The Smiths">');
		expect(start).toContain('<meta property="og:title" content="Which of us do you look like?">');
		// braces are the owner's, not a placeholder
		expect(start.replaceAll("\u2060", "")).toContain("Uncles, aunts and {cousins}.");
		expect(await get("/people")).toContain("| The Smiths</title>");
		const manifest = JSON.parse(await get("/manifest.webmanifest"));
		expect(manifest).toMatchObject({ name: FAMILY.question, short_name: "The Smiths" });
	});

	it.each([
		["en", "your lookalikes out", /seven lookalikes/],
		["ru", "и ваши двойники", /семь/],
	])("promises no seven people where there are fewer, in %s", async (language, lead, promise) => {
		const { lead: _, ...settings } = FAMILY;
		const few = await (await open(familyGallery({ ...settings, celebrities: true })))("/", {
			Cookie: `lang=${language}`,
		});
		expect(few).toContain(lead);
		expect(few).not.toMatch(promise);
		await app?.close();
		expect(await (await open(starterGallery()))("/", { Cookie: `lang=${language}` })).toMatch(promise);
	});

	it.each(["en", "ru"])("speaks of no celebrities, in %s", async (language) => {
		const get = await open(familyGallery({ celebrities: false }));
		for (const path of PATHS) {
			const html = (await get(path, { Cookie: `lang=${language}` })).replace(
				/<p class="small">celebrity faces \d/,
				"",
			);
			expect(html, path).not.toMatch(/celebrit|знаменит/i);
		}
	});

	it("asks Wikipedia only where it has an article to ask for, and says so", async () => {
		const get = await open(familyGallery());
		expect(await get("/")).not.toContain("by your browser from Wikipedia");
		expect(await get("/people")).not.toContain("data-wikipedia");
		expect(await get("/privacy")).toContain("Your browser asks nobody but this server.");
	});

	it("speaks its own language, unless the visitor has chosen another", async () => {
		const get = await open(familyGallery({ ...FAMILY, language: "ru" }));
		const russian = await get("/", { "Accept-Language": "en" });
		expect(russian).toContain('<html lang="ru">');
		expect(russian).not.toContain('<h1 lang="');
		const chosen = await get("/?lang=en", { "Accept-Language": "en" });
		expect(chosen).toContain('<html lang="en">');
		expect(chosen).toContain('<h1 lang="ru">');
	});

	it("shows the photo that its owner chose wherever a person stands", async () => {
		const gallery = familyGallery(FAMILY, { portrait: "Ann Smith/2.jpg" });
		const nearest = gallery.photo(gallery.rows()[0]!);
		app = await startApp({
			askGallery: () => ({ gallery, strangers: undefined }),
			findLookalikes: async (_bytes, options) => {
				const { faces, ...answer } = fakeAnswer(options);
				const face = faces[0]!;
				const best = { ...face.matches[0]!, person: gallery.person(0), photo: nearest };
				return { ...answer, faces: [{ ...face, matches: [best] }] };
			},
		});
		for (const path of ["/people", "/people/ann-smith", "/lookalikes"]) {
			const html = await (await fetch(app.url + path)).text();
			expect(/\/pictures\/0-(\d)\.webp/.exec(html)?.[1], path).toBe("2");
		}
		const answer = await fetch(`${app.url}/match`, { method: "POST", body: photoForm() });
		const html = await answer.text();
		expect(/\/pictures\/0-(\d)\.webp/.exec(html)?.[1]).toBe("2");
		// while what was compared is named and linked
		expect(html).toContain("Of 2 photos of Ann Smith, “Ann Smith 1” is the nearest.");
		expect(html).toContain('href="/people/ann-smith#photo-1"');
		expect(html).not.toContain("Ann Smith/1.jpg");
	});
});

describe("a gallery's colour", () => {
	it("is made readable on paper, light and dark, and keeps what is readable", async () => {
		for (const accent of ["#ffd84d", "#000000", "#ffffff", "#7a3cff", "#00ff00", "#101080"]) {
			const { light, dark } = accentColours(accent);
			for (const paper of ["#f7f1e5", "#fffdf8"])
				expect(contrastOf(light.accent, paper)).toBeGreaterThan(4.5);
			for (const paper of ["#1c1a20", "#28252d"]) expect(contrastOf(dark.accent, paper)).toBeGreaterThan(4.5);
			// ink and muted text on the soft areas
			for (const ink of ["#2a2730", "#655f6b"]) expect(contrastOf(ink, light.soft)).toBeGreaterThan(4.5);
			for (const ink of ["#f3ecdf", "#b5acb8"]) expect(contrastOf(ink, dark.soft)).toBeGreaterThan(4.5);
		}
		expect(accentColours("#7a1f10").light.accent).toBe("#7a1f10");
	});

	it("is on its icons and on the cards that are sent on, and the site's own isn't", async () => {
		const get = await open(familyGallery());
		const { accent, ground } = accentColours("#ffd84d").light;
		expect(await get("/")).toContain('<link rel="icon" href="/theme/ffd84d.svg" type="image/svg+xml">');
		expect(await get("/theme/ffd84d.svg")).toContain(ground);
		const SITES_OWN = { accent: [178, 58, 38], ground: [243, 201, 180] } as const;
		const png = async (path: string) => (await fetch(app!.url + path)).arrayBuffer();
		const icon = await png("/icons/180.png");
		expect(await countPixels(icon, rgbOf(ground))).toBeGreaterThan(5000);
		expect(await countPixels(icon, SITES_OWN.ground)).toBeLessThan(100);
		for (const path of ["/card.png", "/people/ann-smith/card.png?score=80"]) {
			const card = await png(path);
			expect(await countPixels(card, rgbOf(accent)), path).toBeGreaterThan(300);
			expect(await countPixels(card, SITES_OWN.accent), path).toBeLessThan(100);
		}
	});

	it("is a style sheet that may be kept for ever", async () => {
		const get = await open(familyGallery());
		expect(await get("/")).toContain('<link rel="stylesheet" href="/theme/ffd84d.css">');
		expect(await get("/theme/ffd84d.css")).toMatch(
			/^:root\{--accent:#[0-9a-f]{6};--soft:#[0-9a-f]{6}\}@media/,
		);
		const settings: GallerySettings = {};
		await app?.close();
		expect(await (await open(familyGallery(settings)))("/")).not.toContain("/theme/");
	});
});

describe("names in other languages", () => {
	const ANYA = { names: { ru: "Аня Смит", zh: "安" }, knownFor: "apple pie" } as const;

	it("stand wherever a person is named to those who speak it", async () => {
		const gallery = familyGallery({ ...FAMILY, accent: undefined }, ANYA);
		app = await startApp({
			askGallery: () => ({ gallery, strangers: undefined }),
			findLookalikes: async (_bytes, options) => {
				const { faces, ...answer } = fakeAnswer(options);
				const face = faces[0]!;
				const photo = gallery.photo(gallery.rows()[0]!);
				const best = { ...face.matches[0]!, person: gallery.person(0), photo };
				return { ...answer, faces: [{ ...face, matches: [best] }] };
			},
		});
		const headers = { Cookie: "lang=ru" };
		const paths = ["/people?q=аня", "/people/ann-smith?score=70", "/people/ben-smith", "/lookalikes", "/map"];
		const pages = paths.map((path) => [path, fetch(app!.url + path, { headers })] as const);
		const answer = fetch(`${app.url}/match`, { method: "POST", body: photoForm(), headers });
		for (const [path, page] of [...pages, ["the answer", answer] as const]) {
			const html = await (await page).text();
			expect(html, path).toContain("Аня Смит");
			// pictures keep the titles that they have at their source
			expect(html, path).not.toMatch(/Ann Smith(?! \d)/);
		}
		const person = await (await fetch(`${app.url}/people/ann-smith`, { headers })).text();
		expect(person).toContain('<p class="lead"><span lang="en">apple pie</span></p>');
	});

	const cardOf = (first: Partial<Person>, origin = "http://localhost") => {
		const gallery = familyGallery(FAMILY, first);
		const [entry] = PeopleDirectory.of(gallery).entries.filter(({ number }) => number === 0);
		const visit = {
			texts: readLocales()[0]!,
			origin,
			basePath: "",
			query: new URLSearchParams(),
			form: "upload",
			isSending: false,
		} as const;
		return cardOfPerson(entry!, { gallery, strangers: undefined }, visit, { picturesFolder: undefined });
	};

	it("are spelt on cards in letters that cards have", async () => {
		const nameOn = async (first: Partial<Person>) => (await cardOf(first)).name;
		expect(await nameOn({ name: "Řehoř Ždanov" })).toBe("Řehoř Ždanov");
		expect(await nameOn({ name: "成龙", wikipedia: "Jackie Chan" })).toBe("Jackie Chan");
		expect(await nameOn({ name: "安", wikipedia: "An (singer)" })).toBe("An");
		expect(await nameOn({ name: "נועה", aliases: ["Noa"] })).toBe("Noa");
		expect(await nameOn({ name: "נועה כהן" })).toBe("somebody here");
		expect(await nameOn({ name: "Ann 😀" })).toBe("Ann 😀");
		expect(await nameOn({ name: "安", names: { ru: "Аня" } })).toBe("Аня");
	});

	it("stand on cards beside the site's whole address, as people write it", async () => {
		for (const [origin, address] of [
			["https://example.org/faces", "example.org/faces"],
			["https://xn--e1afmkfd.xn--p1ai:8443", "пример.рф:8443"],
			["https://xn--fsqu00a.xn--0zwm56d", "xn--fsqu00a.xn--0zwm56d"],
		] as const) {
			expect((await cardOf({}, origin)).address).toBe(address);
		}
	});
});

describe("the page of credits", () => {
	it("lists whose work every picture is, page by page, and finds people and authors", async () => {
		const get = await open(familyGallery());
		const all = await get("/credits");
		expect(all.match(/<li>/g)).toHaveLength(12);
		expect(all).toContain("Grandpa &amp; Söhne");
		expect(all).toContain(
			'href="https://creativecommons.org/licenses/by/4.0/" rel="noreferrer license">CC BY 4.0</a>',
		);
		expect((await get("/credits?q=sohne+cla")).match(/<li>/g)).toHaveLength(1);
		const none = await get("/credits?q=nobody");
		expect(none).toContain("0 pictures.");
		expect(none).toContain('id="credits-search"');
		expect(await get("/people")).toContain('<a href="/credits">');
	});

	it("is linked from nowhere where there is nothing to credit, and says where credits are then", async () => {
		const get = await open(starterGallery());
		expect(await get("/")).not.toContain("/credits");
		const credits = await get("/credits");
		expect(credits).toContain("Pictures from Wikipedia carry their credit where they are shown.");
		expect(credits).toContain("This gallery has no pictures that name an author.");
		expect(credits).not.toContain("0 pictures");
		expect(credits).not.toContain('id="credits-search"');
	});
});
