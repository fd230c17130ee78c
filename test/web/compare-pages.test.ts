/** The comparison's page over HTTP: what it says, and that its problems stay beside its form. */
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { fakeComparison } from "./fake-comparison.ts";
import { type FakeParts, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(() => app?.close());

function photosForm(count: number): FormData {
	const form = new FormData();
	for (const name of ["first", "second"].slice(0, count)) {
		form.set(name, new Blob([new Uint8Array([0xff, 0xd8])], { type: "image/jpeg" }), "x.jpg");
	}
	return form;
}

async function compare(parts: FakeParts, count = 2, language = "en"): Promise<[number, string]> {
	app = await startApp(parts);
	const response = await fetch(`${app.url}/compare`, {
		method: "POST",
		body: photosForm(count),
		headers: { Accept: "text/html", "Accept-Language": language },
	});
	return [response.status, await response.text()];
}

describe("a comparison", () => {
	it("says what its numbers mean, and where they were measured", async () => {
		const [status, html] = await compare({ comparePhotos: fakeComparison });
		expect(status).toBe(200);
		expect(html).toContain("more alike than 99.8 of 100 pairs of strangers");
		expect(html).not.toContain("/100<");
		expect(html).toContain('class="middle"');
		expect(html).toContain("91 in 100 are told so");
		expect(html).toContain("Not noticeably alike");
	});

	it("never says that all strangers are less alike", async () => {
		const comparePhotos: typeof fakeComparison = async (files) => {
			const { pairs, ...rest } = await fakeComparison(files);
			const resemblance = { strangersBelow: 0.999999, words: "same person" } as const;
			return { ...rest, pairs: pairs.slice(0, 1).map((pair) => ({ ...pair, resemblance })) };
		};
		const [, html] = await compare({ comparePhotos }, 2, "ru");
		expect(html).toContain("99,9");
		expect(html).toContain("Возможно, один и тот же человек");
	});

	it("names the photo that shows nobody, beside its own form", async () => {
		const comparePhotos = async () => {
			throw new AppError("NO_FACE_FOUND", "Photo 2: nobody.", { photo: 2 });
		};
		const [status, html] = await compare({ comparePhotos });
		expect(status).toBe(422);
		expect(html).toContain("<h1>Photo 2: No face found</h1>");
		expect(html).toContain('data-photo="2"');
		expect(html).toContain('action="/compare"');
		expect(html).not.toContain('action="/match"');
	});

	it("that comes without photos stays at its form too", async () => {
		const [status, html] = await compare({ comparePhotos: fakeComparison }, 0);
		expect(status).toBe(400);
		expect(html).toContain('action="/compare"');
	});
});
