/** The language of the pages: the browser's, or the one that was chosen. */
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { errorOf, type FakeParts, photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

async function get(path: string, headers: Record<string, string>, parts: FakeParts = {}) {
	app ??= await startApp(parts);
	const response = await fetch(app.url + path, { headers });
	return { response, html: await response.text() };
}

async function send(headers: Record<string, string>, parts: FakeParts = {}, path = "/match") {
	app ??= await startApp(parts);
	return fetch(app.url + path, { method: "POST", body: photoForm({ exact: "true" }), headers });
}

const noFace: FakeParts = {
	findLookalikes: async () => {
		throw new AppError("NO_FACE_FOUND", "Expected a photo with a face but found none.");
	},
};

describe("the language", () => {
	it.each([
		["ru-RU,ru;q=0.9,en;q=0.5", "ru", "На кого из знаменитостей вы похожи?"],
		["en-GB", "en", "Which celebrity do you look like?"],
		["tlh", "en", "Which celebrity do you look like?"],
	])("for a browser that asks for %s is %s", async (accepted, language, heading) => {
		const { response, html } = await get("/", { "accept-language": accepted });
		expect(html).toContain(`<html lang="${language}">`);
		expect(html).toContain(`<h1>${heading}</h1>`);
		expect(response.headers.get("content-language")).toBe(language);
		expect(response.headers.get("vary")).toMatch(/Accept-Language.*Cookie/);
	});

	it("can be chosen by a link, and stays chosen", async () => {
		const { response, html } = await get("/?lang=ru", { "accept-language": "en" });
		expect(html).toContain('<a href="?lang=en" lang="en" hreflang="en">English</a>');
		const [cookie] = response.headers.getSetCookie();
		expect(cookie).toMatch(/^lang=ru; Max-Age=31536000; Path=\/; .*HttpOnly; SameSite=Lax$/);
		const later = await get("/", { "accept-language": "en", cookie: "other=1; lang=ru" });
		expect(later.html).toContain('<html lang="ru">');
		expect(later.response.headers.getSetCookie()).toEqual([]);
	});

	it("is changed on the page that is shown: for whom was looked, and what was sent on, stays", async () => {
		const { html } = await get("/nowhere?score=72&photo=2&lang=en", {});
		expect(html).toContain('<a href="?score=72&amp;photo=2&amp;lang=ru" lang="ru"');
		const hostile = await get(`/nowhere?q=${encodeURIComponent('"><script>')}`, {});
		expect(hostile.html).toContain('<a href="?q=%22%3E%3Cscript%3E&amp;lang=ru"');
	});

	it.each(["/?lang=xx", "/?lang=", "/?lang=../en", "/?language=ru"])("is not changed by %s", async (path) => {
		const { response, html } = await get(path, { cookie: "lang=nothing" });
		expect(html).toContain('<html lang="en">');
		expect(response.headers.getSetCookie()).toEqual([]);
	});

	it("is that of results, of numbers and of what scripts say", async () => {
		const html = await (await send({ "accept-language": "ru" })).text();
		expect(html).toContain("Словно близнец:");
		expect(html).toContain("совпали 6 из 7");
		expect(html).toContain("0,21 мс");
		expect(html).toContain("Ищем ваших двойников…");
	});

	it("is that of errors on pages; the API keeps its own words", async () => {
		const page = await (await send({ "accept-language": "ru" }, noFace)).text();
		expect(page).toContain("<h1>Лица не видно</h1>");
		expect(page).toMatch(/NO_FACE_FOUND · запрос [\w-]+/);
		const error = await errorOf(await send({ "accept-language": "ru" }, noFace, "/api/v1/match"));
		expect(error.message).toBe("Expected a photo with a face but found none.");
	});
});
