import { afterEach, describe, expect, it, vi } from "vitest";
import { History } from "../../../src/web/insight/history.ts";
import { photoForm, type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

const read = async (path: string, language = "en") => {
	const response = await fetch(app!.url + path, { headers: { "accept-language": language } });
	return { status: response.status, html: await response.text() };
};

describe("the privacy page", () => {
	it("says what the settings make true, in the visitor's language", async () => {
		app = await startApp();
		expect((await read("/privacy")).html).toContain("your browser asks Wikipedia");
		expect((await read("/privacy", "ru")).html).toContain("у Википедии");
		await app.close();
		app = await startApp({ settings: { wikipediaPictures: false } });
		const { html } = await read("/privacy");
		expect(html).toContain("Your browser asks nobody but this server.");
		expect(html).not.toContain("asks Wikipedia");
		expect((await read("/")).html).toContain('href="/privacy"');
	});
});

describe("the status page", () => {
	it("shows what was answered and refused", async () => {
		app = await startApp();
		await fetch(`${app.url}/api/v1/match`, { method: "POST", body: photoForm() });
		const { html } = await read("/status");
		expect(html).toContain("Photos are being answered.");
		expect(html).toMatch(/<dt>Answers<\/dt>\s*<dd><strong>1<\/strong>/);
		expect(html).toMatch(/<polyline points="[\d., ]+"/);
	});

	it("isn't there, nor linked, where it is turned off", async () => {
		app = await startApp({ settings: { hasStatusPage: false } });
		expect((await read("/status")).status).toBe(404);
		expect((await read("/")).html).not.toContain('href="/status"');
	});
});

describe("the history", () => {
	it("goes on where the system can't be asked for the memory, as no file may be opened any more", () => {
		const history = new History();
		const rss = vi.spyOn(process.memoryUsage, "rss").mockImplementation(() => {
			throw Object.assign(new Error("EMFILE: too many open files, uv_resident_set_memory"), {
				code: "EMFILE",
			});
		});
		history.takeSample();
		rss.mockRestore();
		expect(history.samples[0]).toMatchObject({ memoryBytes: 0, numAnswers: 0 });
	});

	it("keeps half an hour, oldest first", () => {
		const history = new History();
		for (let i = 0; i < 100; i++) {
			for (let answer = 0; answer < i; answer++) history.noteAnswer(answer);
			history.takeSample();
		}
		history.noteRefusal();
		const { samples } = history;
		expect(samples).toHaveLength(91);
		expect([samples[0]?.numAnswers, samples[89]?.numAnswers, samples[89]?.slowMs]).toEqual([10, 99, 94]);
		expect([samples[90]?.numAnswers, samples[90]?.numRefusals]).toEqual([0, 1]);
	});
});
