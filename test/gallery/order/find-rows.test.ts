import { describe, expect, it } from "vitest";
import { expectFreeName, findPerson } from "../../../src/gallery/order/find-rows.ts";
import { starterGallery } from "../../helpers/galleries/starter-gallery.ts";

const gallery = starterGallery();
const [bono, cher] = ["Bono", "Cher"].map((name) =>
	gallery.people.findIndex((person) => person.name === name),
) as [number, number];

describe("findPerson", () => {
	it("knows people by name, and by a photo of theirs, since namesakes may differ by nothing else", () => {
		const row = gallery.rows().find((row) => gallery.personOf(row) === bono) as number;
		expect(findPerson(gallery, "BONO")).toBe(bono);
		expect(findPerson(gallery, gallery.source(row))).toBe(bono);
	});
});

describe("expectFreeName", () => {
	it("refuses somebody else's name, and lets everybody spell their own otherwise", () => {
		expect(() => expectFreeName(gallery, cher, "bono")).toThrow(
			'nobody else has but "bono" is in the gallery',
		);
		expect(() => expectFreeName(gallery, bono, "BONO")).not.toThrow();
	});
});
