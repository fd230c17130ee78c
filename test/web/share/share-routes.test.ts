import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PeopleDirectory } from "../../../src/gallery/browse/people-directory.ts";
import { encodeJpeg } from "../../../src/image/encode-jpeg.ts";
import { countPixels } from "../../helpers/count-pixels.ts";
import { askGallery, starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { type RunningApp, startApp } from "../start-app.ts";

let app: RunningApp;
beforeAll(async () => {
	app = await startApp({ askGallery });
});
afterAll(() => app.close());

const get = (path: string, headers = {}) => fetch(app.url + path, { headers });

async function post(fields: Record<string, string>): Promise<Response> {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.set(name, value);
	return fetch(`${app.url}/card`, { method: "POST", body: form });
}

const MAGENTA = [230, 20, 200] as const;
async function magentaFace(): Promise<string> {
	const data = Uint8Array.from({ length: 100 * 100 * 3 }, (_, i) => MAGENTA[i % 3]!);
	const jpeg = await encodeJpeg({ width: 100, height: 100, data });
	return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}

describe("share cards", () => {
	it.each([
		["/people/emma-watson/card.png?score=72", 1200, 630],
		["/people/emma-watson/card.png?score=72&size=tall&lang=ru", 1080, 1350],
		["/people/emma-watson/card.png", 1200, 630],
		["/card.png", 1200, 630],
	])("%s is a PNG of the size that previews want", async (path, width, height) => {
		const response = await get(path);
		expect(response.status).toBe(200);
		expect(response.headers.get("Content-Type")).toBe("image/png");
		const png = await response.arrayBuffer();
		expect(await sharp(Buffer.from(png)).metadata()).toMatchObject({ format: "png", width, height });
		// ink, on paper
		expect(await countPixels(png, [42, 39, 48])).toBeGreaterThan(2000);
		expect(png.byteLength).toBeLessThan(150_000);
	});

	it("show a longer bar for a higher score", async () => {
		const accentOf = async (score: number) =>
			countPixels(
				await (await get(`/people/emma-watson/card.png?score=${score}`)).arrayBuffer(),
				[178, 58, 38],
			);
		expect(await accentOf(90)).toBeGreaterThan((await accentOf(10)) + 2000);
	});

	it("show the photo that matched, or the one that stands for the person where none is named", async () => {
		const pngOf = async (query: string) =>
			Buffer.from(await (await get(`/people/emma-watson/card.png?score=72${query}`)).arrayBuffer()).toString(
				"base64",
			);
		const directory = PeopleDirectory.of(starterGallery());
		const entry = directory.find("emma-watson")!;
		const chosen = directory.placeOfPhoto(entry, directory.portraitOf(entry))!;
		const cards = await Promise.all(entry.rows.map((_, i) => pngOf(`&photo=${i + 1}`)));
		expect(new Set(cards).size).toBe(entry.rows.length);
		expect(cards[chosen - 1]).toBe(await pngOf(""));
		expect(await pngOf("&photo=99999")).toBe(cards[chosen - 1]);
	});

	it("are refused for nobody and for scores that don't exist", async () => {
		expect((await get("/people/nobody/card.png")).status).toBe(404);
		expect((await get("/people/emma-watson/card.png?score=101")).status).toBe(400);
		expect((await get("/people/emma-watson/card.png?size=huge")).status).toBe(400);
	});

	it("hold the visitor's own face where it is sent, as a download that nobody keeps", async () => {
		const face = await magentaFace();
		const response = await post({ person: "emma-watson", score: "72", size: "wide", face });
		expect(response.status).toBe(200);
		expect(response.headers.get("Cache-Control")).toBe("no-store");
		expect(response.headers.get("Content-Disposition")).toBe("attachment; filename=emma-watson.png");
		expect(await countPixels(await response.arrayBuffer(), MAGENTA)).toBeGreaterThan(20_000);
		expect(app.log.join("")).not.toContain(face.slice(30, 90));
	});

	it("hold no face where none is sent", async () => {
		const response = await post({ person: "emma-watson", score: "72", size: "tall" });
		expect(await countPixels(await response.arrayBuffer(), MAGENTA)).toBe(0);
	});

	it.each([
		["a picture from elsewhere", "https://example.org/face.jpg"],
		[
			"an SVG that says it is a JPEG",
			`data:image/jpeg;base64,${btoa("<svg xmlns='http://www.w3.org/2000/svg'/>")}`,
		],
		["text", "data:image/jpeg;base64,aGVsbG8="],
		["a broken JPEG", "data:image/jpeg;base64,/9j/4AAQ"],
	])("refuse %s in place of a face", async (_what, face) => {
		expect((await post({ person: "emma-watson", score: "72", face })).status).toBe(400);
	});
});

describe("what is asked of every site", () => {
	it("has icons, a manifest and robots.txt", async () => {
		for (const side of [48, 180, 192, 512]) {
			const icon = await (await get(`/icons/${side}.png`)).arrayBuffer();
			expect(await sharp(Buffer.from(icon)).metadata()).toMatchObject({ width: side, height: side });
		}
		expect((await get("/icons/7.png")).status).toBe(404);
		const manifest = await get("/manifest.webmanifest", { "Accept-Language": "ru" });
		expect(manifest.headers.get("Content-Type")).toMatch("application/manifest+json");
		expect(await manifest.json()).toMatchObject({ lang: "ru", start_url: "/" });
		expect(await (await get("/robots.txt")).text()).toContain("User-agent: *");
		expect((await get("/favicon.ico")).url).toMatch(/\/icons\/48\.png$/);
	});

	it("is told what to preview with whole addresses", async () => {
		const html = await (await get("/people/emma-watson?score=72")).text();
		const tag = (name: string) =>
			new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"`).exec(html)?.[1];
		expect(tag("og:title")).toBe("Looks a lot like Emma Watson: 72/100");
		expect(tag("og:locale")).toBe("en_US");
		expect(tag("og:url")).toBe(`${app.url}/people/emma-watson?score=72`);
		expect(tag("og:image")).toBe(`${app.url}/people/emma-watson/card.png?score=72`);
		expect(tag("twitter:card")).toBe("summary_large_image");
		expect((await fetch(tag("og:image")!)).headers.get("Content-Type")).toBe("image/png");
		const withPhoto = await (await get("/people/emma-watson?score=72&photo=2")).text();
		expect(withPhoto).toContain(`content="${app.url}/people/emma-watson/card.png?score=72&amp;photo=2"`);
	});

	it("is told the public address, where one is set", async () => {
		const other = await startApp({
			askGallery,
			settings: { publicUrl: "https://faces.example.org/" },
		});
		const html = await (await fetch(other.url)).text();
		await other.close();
		expect(html).toContain('<meta property="og:image" content="https://faces.example.org/card.png">');
	});
});
