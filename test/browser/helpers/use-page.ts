/** One page in Chromium per test, with fakes behind it. */
import type { Page } from "playwright-core";
import { afterEach } from "vitest";
import type { FindLookalikes } from "../../../src/web/guard/answer-upload.ts";
import { samplePhotoFile } from "../../helpers/sample-photos.ts";
import { fakeAnswer } from "../../web/fake-answer.ts";
import { type FakeParts, type RunningApp, startApp } from "../../web/start-app.ts";
import { type AnswerOutside, sharedBrowser, type Visit, visit } from "./open-browser.ts";

export interface PageUse {
	/** Starts the application and opens its first page; both end with the test. */
	open(
		parts?: FakeParts,
		options?: Parameters<typeof visit>[2],
		answerOutside?: AnswerOutside,
	): Promise<Visit>;
	/** What the application has logged. */
	log(): string[];
}

export function usePage(): PageUse {
	let app: RunningApp | undefined;
	let seen: Visit | undefined;
	afterEach(async () => {
		await seen?.close();
		await app?.close();
		seen = undefined;
		app = undefined;
	});
	return {
		open: async (parts = {}, options = {}, answerOutside) => {
			app = await startApp({ ...parts, settings: { maxUploadBytes: 5_000_000, ...parts.settings } });
			seen = await visit(await sharedBrowser(), app.url, options, answerOutside);
			return seen;
		},
		log: () => app?.log ?? [],
	};
}

/** Chooses a sample photo and sends it. */
export async function sendPhoto({ page }: Visit): Promise<void> {
	await page.setInputFiles("#photo", samplePhotoFile(1));
	await page.click("form.upload button[type=submit]");
	await page.waitForSelector("main:not(.is-growing) .result h2:visible");
	// without scripts an answer is shown as it is read: its name is there before its last person
	await page.waitForLoadState("domcontentloaded");
}

/** Runs a script in the page as soon as an answer's first screen is there, and nothing below it. */
export async function onFirstScreen(page: Page, script: string): Promise<void> {
	await page.evaluate(`new MutationObserver((_, observer) => {
		if (!document.querySelector("main.is-growing")) return;
		observer.disconnect();
		${script};
	}).observe(document.body, { childList: true })`);
}

export const threeFaces: FindLookalikes = async (_bytes, options) => fakeAnswer({ ...options, numFaces: 3 });

/** Sums up in the page's `shift` how much of it has moved since it was opened, and not because of the visitor. */
export async function watchShifts(page: Page): Promise<void> {
	await page.evaluate(`{
		globalThis.shift = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
		}).observe({ type: "layout-shift", buffered: true });
	}`);
}
