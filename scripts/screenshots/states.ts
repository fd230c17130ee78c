/** Every state that the product can be seen in, and how to get there. */
import type { Page } from "playwright-core";
import { samplePhotoFile } from "../../test/helpers/sample-photos.ts";

interface Decodable {
	decode(): Promise<void>;
}

export interface ShownState {
	/** File name and heading. */
	readonly name: string;
	/** Whether Wikipedia's pictures arrive, which are sample photos here; default: drawings stay. */
	readonly hasPictures?: boolean;
	/** Brings the page there from the first page of the site at `url`. */
	readonly go: (page: Page, url: string) => Promise<unknown>;
}

const open = (path: string) => (page: Page, url: string) => page.goto(url + path);

async function send(page: Page, photo: string): Promise<void> {
	await page.setInputFiles("#photo", photo);
	await page.click("form.upload button[type=submit]");
	await page.waitForSelector(".hero, .problem, .status.is-problem");
}

async function compare(page: Page, url: string, photos: readonly number[]): Promise<void> {
	await page.goto(`${url}/compare`);
	for (const [i, number] of photos.entries()) {
		await page.setInputFiles(i === 0 ? "#first" : "#second", samplePhotoFile(number));
	}
	await page.click(".compare-form button[type=submit]");
	await page.waitForSelector(".compared");
}

export const STATES: readonly ShownState[] = [
	{ name: "start", go: async () => {} },
	{
		name: "photo-chosen",
		go: async (page) => {
			await page.setInputFiles("#photo", samplePhotoFile(6));
			await page.waitForSelector(".preview:not([hidden])");
		},
	},
	{ name: "answer", go: (page) => send(page, samplePhotoFile(6)) },
	{ name: "answer-pictures", hasPictures: true, go: (page) => send(page, samplePhotoFile(6)) },
	{
		name: "answer-second-face",
		go: async (page) => {
			await send(page, samplePhotoFile(1));
			await page.click("label[for=face-2]");
		},
	},
	{
		name: "answer-to-send-on",
		go: async (page) => {
			await send(page, samplePhotoFile(6));
			await page.click(".share summary");
			await page
				.locator(".share-preview")
				.first()
				.evaluate((image) => (image as unknown as Decodable).decode());
		},
	},
	{
		name: "answer-exact",
		go: async (page) => {
			await page.check("[name=exact]");
			await send(page, samplePhotoFile(6));
		},
	},
	{
		name: "no-face",
		go: async (page, url) => {
			const icon = await page.request.get(`${url}/icons/512.png`);
			await page.setInputFiles("#photo", {
				name: "icon.png",
				mimeType: "image/png",
				buffer: await icon.body(),
			});
			await page.click("form.upload button[type=submit]");
			await page.waitForSelector(".problem, .status.is-problem");
		},
	},
	{ name: "nothing-here", go: open("/nothing-here") },
	{ name: "people", go: open("/people") },
	{ name: "people-search", go: open("/people?q=penelope") },
	{ name: "people-none", go: open("/people?q=nobody+of+that+name") },
	{ name: "person", go: open("/people/emma-watson") },
	{ name: "person-sent", go: open("/people/emma-watson?score=72") },
	{ name: "lookalikes", go: open("/lookalikes") },
	{ name: "credits", go: open("/credits") },
	{ name: "map", go: open("/map") },
	{ name: "map-you", go: open("/map?at=620-380") },
	{ name: "map-person", go: open("/map?q=emma-watson") },
	{ name: "compare", go: open("/compare") },
	{ name: "compare-two", go: (page, url) => compare(page, url, [6, 1]) },
	{ name: "compare-family", go: (page, url) => compare(page, url, [5]) },
	{
		name: "compare-no-face",
		go: async (page, url) => {
			const icon = await page.request.get(`${url}/icons/512.png`);
			await page.goto(`${url}/compare`);
			await page.setInputFiles("#first", samplePhotoFile(6));
			await page.setInputFiles("#second", {
				name: "icon.png",
				mimeType: "image/png",
				buffer: await icon.body(),
			});
			await page.click(".compare-form button[type=submit]");
			await page.waitForSelector(".photo-field .problem");
		},
	},
];
