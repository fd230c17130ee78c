import { expect, it } from "vitest";
import { DenyList } from "../../../src/gallery/people/deny-list.ts";
import { planChange } from "../../../src/pipeline/change/plan-change.ts";
import { familyGallery } from "../../helpers/galleries/family-gallery.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";

const NOBODY = new DenyList([]);

it("tells by whose photos somebody new is found, and not by those that somebody else has already", async () => {
	const gallery = starterGallery();
	const known = gallery.source(0);
	const result = { ...gallery.photo(0), embedding: gallery.index.embedding(3) };
	const person = { name: "Gil", wikipedia: undefined, collections: [] };
	const add = (...sources: string[]) => {
		const uploaded = { photos: sources.map((source) => ({ source, result })), pictures: [] };
		return planChange(gallery, { kind: "add-person", person, uploaded }, NOBODY);
	};
	const { done } = await add(known, "upload/1");
	expect(done).toMatchObject({ sources: ["upload/1"], numPhotos: 1, numPassedOver: 1 });
	// nobody is new then, and it can only be said who has it
	expect((await add(known)).done).toMatchObject({ sources: [known], numPhotos: 0 });
});

it("gives nobody the name of somebody else without an article, or of somebody who is kept out", async () => {
	const person = { key: "ben smith", sources: ["Ben Smith/1.jpg"] };
	const rename = (changes: { name: string; wikipedia?: string }) => {
		const denied = new DenyList([{ name: "Lou Köhler", reason: "removed" }]);
		return planChange(familyGallery(), { kind: "rename-person", person, changes }, denied);
	};
	await expect(rename({ name: "ann smith" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
	await expect(rename({ name: "Lou Kohler" })).rejects.toMatchObject({ code: "KEPT_OUT" });
	const { contents } = await rename({ name: "Ann Smith", wikipedia: "Ann Smith (nurse)" });
	expect([...(contents?.people ?? [])]).toMatchObject([[1, { name: "Ann Smith" }]]);
});

it("tells by whose photos somebody is found who has another name now", async () => {
	const sources = ["Ben Smith/1.jpg", "Ben Smith/2.jpg"];
	const person = { key: "ben smith", sources };
	const change = { kind: "rename-person", person, changes: { name: "Benny" } } as const;
	expect((await planChange(familyGallery(), change, NOBODY)).done.sources).toEqual(sources);
});
