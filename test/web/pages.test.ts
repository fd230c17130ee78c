import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { turnImage } from "../../src/faces/geometry/turn.ts";
import { fakeAnswer } from "./fake-answer.ts";
import { type FakeParts, photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp | undefined;
afterEach(async () => {
	await app?.close();
	app = undefined;
});

async function start(parts: FakeParts = {}): Promise<string> {
	app = await startApp(parts);
	return app.url;
}

async function askForPage(
	parts: FakeParts = {},
	form = photoForm(),
): Promise<{ response: Response; html: string }> {
	const response = await fetch(`${await start(parts)}/match`, { method: "POST", body: form });
	return { response, html: await response.text() };
}

describe("the first page", () => {
	it("carries a plain multipart form that works without JavaScript", async () => {
		const response = await fetch(await start());
		const html = await response.text();
		expect(response.status).toBe(200);
		expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
		expect(html).toContain('action="/match" method="post" enctype="multipart/form-data"');
		expect(html).toMatch(/<input[^>]* type="file" name="photo" required/);
	});

	it("says which engine and gallery answer, and that photos are not kept", async () => {
		const html = await (await fetch(await start())).text();
		expect(html).toContain("onnxruntime-node 1.30.0 (CPU)");
		expect(html).toContain("1,673 people in 6,220 photos");
		expect(html).toContain("Your photo is not kept.");
	});

	it("welcomes visitors with drawings of people from the gallery", async () => {
		const [face] = fakeAnswer().faces;
		const { person, photo } = face!.matches[0]!;
		const html = await (await fetch(await start({ showcase: [{ person, photo }] }))).text();
		expect(html).toContain("Some of the people you may meet");
		expect(html).toMatch(/<svg class="drawing"[\s\S]*Ada Lovelace/);
	});
});

describe("the result page", () => {
	it.each([
		["en", "Emma: actor, Harry Potter"],
		["ru", 'Emma: кино, <span lang="en">Harry Potter</span>'],
	])("says what people are known for, as a name alone tells few (%s)", async (language, line) => {
		const findLookalikes = async () =>
			fakeAnswer({ best: { name: "Emma", knownFor: "actor, Harry Potter" } });
		const response = await fetch(`${await start({ findLookalikes })}/match`, {
			method: "POST",
			headers: { "accept-language": language },
			body: photoForm(),
		});
		expect(await response.text()).toContain(line);
	});

	it("says when fame decided between people who are about equally alike, and only then", async () => {
		const line = "(11 points or less apart), the better known come first";
		expect((await askForPage()).html).not.toContain(line);
		await app?.close();
		const findLookalikes = async () => fakeAnswer({ isOrderedByFame: true });
		expect((await askForPage({ findLookalikes })).html).toContain(line);
	});

	it("says beside the headline when somebody further down is more alike, and only then", async () => {
		const line = "Grace Hopper is even a little more alike";
		expect((await askForPage()).html).not.toContain(line);
		await app?.close();
		const findLookalikes = async () => {
			const answer = fakeAnswer();
			const [face] = answer.faces;
			const [first, second, ...others] = face!.matches;
			const swapped = [
				{ ...first!, resemblance: second!.resemblance },
				{ ...second!, resemblance: first!.resemblance },
				...others,
			];
			return { ...answer, faces: [{ ...face!, matches: swapped }] };
		};
		expect((await askForPage({ findLookalikes })).html).toContain(line);
	});

	it("shows seven people, best first, with words, number and article", async () => {
		const { response, html } = await askForPage();
		expect(response.status).toBe(200);
		expect(html).toContain('You could be a twin of</span> <span class="name">Ada Lovelace');
		expect(html.match(/<meter /g)).toHaveLength(7);
		const names = [...html.matchAll(/<span class="name">([^<]+)</g)].map(([, name]) => name);
		expect(names).toEqual([
			"Ada Lovelace",
			"Grace Hopper",
			"Alan Turing",
			"Katherine Johnson",
			"Claude Shannon",
			"Hedy Lamarr",
			"Edsger Dijkstra",
		]);
		expect(html).toContain('href="https://en.wikipedia.org/wiki/Ada_Lovelace"');
		expect(html).toContain("Strong resemblance");
		expect(html).toContain("92<span");
	});

	it("shows the photo with the face marked, the crop that was embedded and the time it took", async () => {
		const { html } = await askForPage();
		expect(html).toContain('<rect x="60" y="90" width="140" height="160"');
		expect(html.match(/src="data:image\/jpeg;base64,/g)).toHaveLength(3);
		expect(html).toContain("Answered in 91 ms: decode 12 ms, detect 61 ms");
	});

	it("shows a photo that lies on its side, and whose file does not say so, upright", async () => {
		const standing = fakeAnswer();
		const { photo } = standing;
		// turned clockwise, as the pipeline finds its face
		const faces = standing.faces.map(({ box, landmarks, ...face }) => ({
			...face,
			box: { x: photo.height - box.y - box.height, y: box.x, width: box.height, height: box.width },
			landmarks: landmarks.map((_, i) =>
				i % 2 === 0 ? photo.height - landmarks[i + 1]! : landmarks[i - 1]!,
			),
		}));
		const { html } = await askForPage({
			findLookalikes: async () => ({ ...standing, photo: { ...photo, ...turnImage(photo, 1) }, faces }),
		});
		await app?.close();
		const { html: expected } = await askForPage();
		const shownOf = (page: string) => page.match(/<rect x="60"[^>]*>|data:image[^"]*/g);
		expect(shownOf(html)).toHaveLength(4);
		expect(shownOf(html)).toEqual(shownOf(expected));
	});

	it("keeps the form usable, and nothing of the result in caches", async () => {
		const { response, html } = await askForPage();
		expect(html).toContain('action="/match"');
		expect(response.headers.get("cache-control")).toBe("no-store");
	});

	it("draws the visitor and every person without a picture", async () => {
		const { html } = await askForPage();
		expect(html.match(/<svg class="drawing"/g)).toHaveLength(8);
		expect(html).toContain('data-wikipedia="Ada_Lovelace"');
	});

	it("shows the gallery's own picture where there is one, and doesn't ask Wikipedia for that person", async () => {
		const { html } = await askForPage({
			findLookalikes: async () => fakeAnswer({ picture: "Ada & co/1.jpg" }),
		});
		expect(html).toContain('src="/pictures/Ada%20%26%20co/1.jpg"');
		expect(html).not.toContain('data-wikipedia="Ada_Lovelace"');
	});

	it("asks nobody for pictures when Wikipedia's are turned off", async () => {
		const { html } = await askForPage({ settings: { wikipediaPictures: false } });
		expect(html).not.toContain("data-wikipedia");
		expect(html).not.toContain("fetched by your browser from Wikipedia");
	});

	it("offers every answered face to be picked by radio button, and mentions the others", async () => {
		const { html } = await askForPage({
			findLookalikes: async () => fakeAnswer({ numFaces: 3, numUnanswered: 2 }),
		});
		expect(html.match(/<input class="face-radio/g)).toHaveLength(3);
		expect(html).toMatch(/id="face-1" value="1" checked/);
		expect(html.match(/class="face-panel"/g)).toHaveLength(3);
		expect(html).toContain("2 more were found");
	});

	it("puts the exact search's people beside the LSH's when asked", async () => {
		const { html } = await askForPage({}, photoForm({ exact: "true" }));
		expect(html).toContain("6 of 7 agree");
		expect(html).toContain("0.21 ms");
		expect(html).toContain("1.7 ms");
		expect(html).toMatch(/Barbara Liskov <span class="muted">\(not in the LSH\)/);
		expect(html).toMatch(/name="exact" value="true" checked/);
	});

	it("says honestly when even the best match is weak", async () => {
		const { html } = await askForPage({ findLookalikes: async () => fakeAnswer({ isWeak: true }) });
		expect(html).toContain("Nobody here looks much like you. Among the nearest is");
		expect(html).toContain("All of these are loose resemblances.");
	});

	it("turns quality issues into advice", async () => {
		const issues = [{ code: "FACE_TOO_DARK", advice: "For programs." }] as const;
		const { html } = await askForPage({ findLookalikes: async () => fakeAnswer({ issues }) });
		expect(html).toContain("<li>Take the photo in more light: the face is too dark.</li>");
	});

	it("escapes a person's hostile name and title wherever they stand", async () => {
		const name = `<script>alert(1)</script>"'`;
		const { html } = await askForPage({
			findLookalikes: async () => fakeAnswer({ exact: true, best: { name, wikipedia: `"><img src=x>` } }),
		});
		expect(html).not.toContain("<script>alert");
		expect(html).not.toContain("<img src=x>");
		expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;");
		expect(html).toContain('href="https://en.wikipedia.org/wiki/%22%3E%3Cimg_src%3Dx%3E"');
	});

	it("shows initials for a person whose landmarks make no head", async () => {
		const answer = fakeAnswer();
		const best = answer.faces[0]!.matches[0]!;
		const flat = { ...best, photo: { ...best.photo, landmarks: new Float32Array(136) } };
		const face = { ...answer.faces[0]!, matches: [flat, ...answer.faces[0]!.matches.slice(1)] };
		const { html } = await askForPage({ findLookalikes: async () => ({ ...answer, faces: [face] }) });
		expect(html).toContain('<span class="monogram" aria-hidden="true">AL</span>');
	});

	it("is not kept: its address alone leads back to the first page", async () => {
		const response = await fetch(`${await start()}/match`, { redirect: "manual" });
		expect(response.status).toBe(303);
		expect(response.headers.get("location")).toBe("/");
	});
});

describe("the error page", () => {
	it("says what went wrong and what to do next, with the form usable", async () => {
		const { response, html } = await askForPage({
			findLookalikes: async () => {
				throw new AppError("NO_FACE_FOUND", "Expected a face but found none.", { hint: "Move closer." });
			},
		});
		expect(response.status).toBe(422);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(html).toContain("No face found");
		expect(html).toContain("We looked all over this photo. A face that looks into the camera");
		expect(html).not.toContain("Expected a face");
		expect(html).toContain('action="/match"');
		expect(html).toContain(response.headers.get("x-request-id"));
	});

	it("tells a bug without its message", async () => {
		const { response, html } = await askForPage({
			findLookalikes: async () => {
				throw new TypeError("secret.internal is undefined");
			},
		});
		expect(response.status).toBe(500);
		expect(html).toContain("Something went wrong");
		expect(html).not.toContain("secret");
		expect(app!.log.join("")).toContain("secret.internal is undefined");
	});

	it("answers an address where nothing is with a page and 404", async () => {
		const response = await fetch(`${await start()}/no/<b>such</b>`, { headers: { accept: "text/html" } });
		expect(response.status).toBe(404);
		expect(await response.text()).toContain("Nothing here");
	});
});
