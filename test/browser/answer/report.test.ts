/** The page that `report` writes, as whoever is sent the file opens it: from the disk, without any network. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { readPortrait } from "../../helpers/cut-faces.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { expectAccessible, expectNoSidewaysScroll, sharedBrowser } from "../helpers/open-browser.ts";

/** Opens the file where no host can be reached, and notes what it asks for and complains of. */
async function openFile(file: string) {
	const browser = await sharedBrowser();
	const context = await browser.newContext({ offline: true, viewport: { width: 390, height: 800 } });
	onTestFinished(() => context.close());
	context.setDefaultTimeout(300_000);
	const page = await context.newPage();
	const asked: string[] = [];
	const complaints: string[] = [];
	page.on("request", (request) => asked.push(request.url()));
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("console", (message) => complaints.push(message.text()));
	const url = pathToFileURL(file).href;
	await page.goto(url);
	const elsewhere = () => asked.filter((address) => address !== url && !address.startsWith("data:"));
	return { page, elsewhere, complaints };
}

/** Those of faces that are not shown are decoded only when they are: here all are asked for. */
async function expectPictures(page: Page): Promise<void> {
	const widths = await page.evaluate(`Promise.all([...document.images].map(async (image) => {
		image.loading = "eager";
		await image.decode();
		return image.naturalWidth;
	}))`);
	expect(Math.min(...(widths as number[]))).toBeGreaterThan(0);
}

it("is one file with all faces, which asks for nothing, in English and in Russian", async () => {
	const folder = await temporaryFolder();
	for (const [language, heading] of [
		["en", "Your lookalikes"],
		["ru", "Ваши двойники"],
	] as const) {
		const file = path.join(folder, `${language}.html`);
		const args = ["report", samplePhotoFile(1), "-o", file, "--language", language, "--exact"];
		expect(await runCli(args)).toMatchObject({ code: 0, stdout: expect.stringContaining(`Wrote ${file}`) });
		const { page, elsewhere, complaints } = await openFile(file);
		expect(await page.textContent("h1")).toBe(heading);
		expect(await page.getAttribute("html", "lang")).toBe(language);
		expect(await page.locator(".face-label").count()).toBe(3);
		// faces are picked without a script
		const name = () => page.locator(".face-panel:visible h2 .name").allTextContents();
		const [first] = await name();
		await page.click("label[for=face-2]");
		expect(await name()).toHaveLength(1);
		expect(await name()).not.toEqual([first]);
		for (const drawer of await page.locator(".face-panel:visible summary, .source summary").all())
			await drawer.click();
		await expectPictures(page);
		expect(await page.evaluate("getComputedStyle(document.querySelector('.result')).display")).not.toBe(
			"inline",
		);
		await expectNoSidewaysScroll(page);
		await expectAccessible(page);
		expect(elsewhere()).toEqual([]);
		expect(complaints).toEqual([]);
		const html = await readFile(file, "utf8");
		expect(html).not.toMatch(/<script|<form|<link|(?:src|href)="(?:\/|\.)/);
	}
});

it("shows a gallery's own pictures, without the gallery", async () => {
	const folder = await temporaryFolder();
	await mkdir(path.join(folder, "people", "Ann"), { recursive: true });
	const photo = path.join(folder, "people", "Ann", "1.jpg");
	await writeFile(photo, await readPortrait());
	const gallery = path.join(folder, "my.gallery");
	await runCli(["gallery", "build", path.join(folder, "people"), "-o", gallery, "--pictures"]);
	const file = path.join(folder, "page.html");
	expect(await runCli(["report", photo, "-o", file, "--gallery", gallery])).toMatchObject({ code: 0 });
	const { page, elsewhere, complaints } = await openFile(file);
	expect(await page.getAttribute(".them .photo", "src")).toMatch(/^data:image\/webp/);
	await expectPictures(page);
	expect([...elsewhere(), ...complaints]).toEqual([]);
});

it("is not written over another file unless forced, nor in a language without texts", async () => {
	const file = path.join(await temporaryFolder(), "page.html");
	await writeFile(file, "mine");
	const args = ["report", samplePhotoFile(1), "-o", file];
	const refused = await runCli(args);
	expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--force") });
	expect(await readFile(file, "utf8")).toBe("mine");
	const other = await runCli([...args, "--force", "--language", "xx"]);
	expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("en or ru") });
	expect(await readFile(file, "utf8")).toBe("mine");
	expect((await runCli([...args, "--force"])).code).toBe(0);
	expect((await stat(file)).size).toBeGreaterThan(50_000);
});
