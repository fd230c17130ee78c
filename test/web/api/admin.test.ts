/** Changes of the gallery over the API, where others change it at the same time. */
import { afterEach, expect, it } from "vitest";
import type { Gallery } from "../../../src/gallery/gallery.ts";
import { withoutPhotos } from "../../../src/gallery/order/change-contents.ts";
import { createKey, type KnownKey } from "../../../src/keys/key-file.ts";
import type { Administration } from "../../../src/web/api/admin/administration.ts";
import { familyGallery } from "../../helpers/galleries/family-gallery.ts";
import { photoForm, type RunningApp, startApp } from "../start-app.ts";

const office = createKey("office", { isAdmin: true }, "2026-11-28");
const unasked = () => Promise.reject(new Error("Nobody asks for this."));

let app: RunningApp;
let keys: readonly KnownKey[];
let before: Gallery;
let served: Gallery;
afterEach(() => app.close());

async function administer(tools: Partial<Administration>): Promise<void> {
	keys = [office.known];
	before = familyGallery();
	served = before;
	app = await startApp({
		askKeys: () => keys,
		askGallery: () => ({ gallery: served, strangers: undefined }),
		administration: {
			...{ refresh: () => {}, noteRefused: async () => {} },
			...{ embed: unasked, addPerson: unasked, addPhotos: unasked },
			...{ removePhoto: unasked, removePerson: unasked, renamePerson: unasked },
			...tools,
		},
	});
}

function ask(path: string, init: RequestInit): Promise<Response> {
	const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${office.key}` };
	return fetch(`${app.url}/api/v1/people${path}`, { ...init, headers });
}

const RENAMING = {
	method: "PATCH",
	headers: { "content-type": "application/json" },
	body: '{"wikipedia":"Eve"}',
};
const sourcesOf = (name: string) => [1, 2].map((number) => `${name}/${number}.jpg`);

/** What becomes of the gallery while a change waits for its turn. */
function remove(name: string): Gallery {
	served = withoutPhotos(before, new Set(sourcesOf(name)));
	return served;
}

const done = { numPhotos: 2, numPassedOver: 0, refused: [] };

it("shows whoever was renamed also where somebody else's removal has numbered people anew", async () => {
	await administer({
		renamePerson: async () => ({ ...done, sources: sourcesOf("Eve Smith"), gallery: remove("Ann Smith") }),
	});
	const response = await ask("/eve-smith", RENAMING);
	expect(await response.json()).toMatchObject({ person: { id: "eve-smith", name: "Eve Smith" } });
});

it("says that whoever was renamed is no more, where somebody else has removed them since", async () => {
	await administer({
		renamePerson: async () => ({ ...done, sources: sourcesOf("Eve Smith"), gallery: remove("Eve Smith") }),
	});
	const response = await ask("/eve-smith", RENAMING);
	expect(response.status).toBe(404);
	expect(await response.json()).toMatchObject({
		error: { code: "NOT_FOUND", message: expect.stringContaining("removed") },
	});
});

it("adds nothing with a key that was taken away while the photos came", async () => {
	let isAdded = false;
	await administer({
		embed: async () => {
			keys = [];
			const photo = { ...before.photo(0), embedding: before.index.embedding(0) };
			return { photos: [{ source: "upload/1", result: photo }], pictures: [] };
		},
		addPerson: () => {
			isAdded = true;
			return unasked();
		},
	});
	const response = await ask("", { method: "POST", body: photoForm({ name: "Gil" }) });
	expect(response.status).toBe(403);
	expect(isAdded).toBe(false);
});
