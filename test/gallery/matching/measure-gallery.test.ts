import { describe, expect, it } from "vitest";
import { Gallery } from "../../../src/gallery/gallery.ts";
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import {
	crowdOf,
	LEAST_PEOPLE,
	scaleOf,
	withFreshScale,
} from "../../../src/gallery/matching/measure-gallery.ts";
import type { MeasuredScale } from "../../../src/gallery/matching/measured-scale.ts";
import { scoreOf } from "../../../src/resemblance/score-scale.ts";
import { Strangers } from "../../../src/resemblance/strangers.ts";
import { createGallery } from "../../helpers/galleries/face-like-gallery.ts";

const { strangers: faces } = createGallery(1, 1, { numQueries: 900, seed: 9 });
const dimension = faces[0]!.length;
const [measuredWith, visitors] = [faces.slice(0, 600), faces.slice(600)];
const embeddings = new Float32Array(measuredWith.length * dimension);
for (const [i, face] of measuredWith.entries()) embeddings.set(face, i * dimension);
const names = measuredWith.map((_, i) => `Stranger ${i}`);
const strangers = new Strangers({ pipelineVersion: "made-1", dimension, names }, embeddings);

/** Scores of the visitors' best matches. */
function bestScores(gallery: Gallery, crowd: Strangers | undefined): number[] {
	const scale = scaleOf(gallery, crowd);
	return visitors.map((face) => {
		const people = findPeople(gallery, face, LEAST_PEOPLE);
		return scoreOf(people[0]!.similarity - (scale.isRelative ? crowdOf(face, people, crowd) : 0), scale);
	});
}

describe("scaleOf", () => {
	it.each([1, 2, 5, 20, 200])("gives strangers the same scores among %i people", (numPeople) => {
		const scores = bestScores(createGallery(numPeople, 2).gallery, strangers);
		const shareFrom = (least: number) => scores.filter((score) => score >= least).length / scores.length;
		expect(scores.every(Number.isFinite)).toBe(true);
		expect(shareFrom(80)).toBeLessThan(0.04);
		expect(Math.abs(shareFrom(50) - 0.21)).toBeLessThan(0.09);
		expect(Math.abs(shareFrom(20) - 0.69)).toBeLessThan(0.09);
	});

	it("knows the person's own further photos for what they are, however few people there are", () => {
		for (const numPeople of [1, 5, 200]) {
			const { gallery, known } = createGallery(numPeople, 2);
			const scale = scaleOf(gallery, strangers);
			const scores = known.map((face) => {
				const people = findPeople(gallery, face, LEAST_PEOPLE);
				return scoreOf(people[0]!.similarity - crowdOf(face, people, strangers), scale);
			});
			expect(scores.filter((score) => score >= 80).length).toBeGreaterThan(0.8 * scores.length);
		}
	});

	it("measures by the gallery's own people where there are no strangers", () => {
		const { gallery } = createGallery(300, 2);
		expect(scaleOf(gallery, undefined).isRelative).toBe(true);
		const scores = bestScores(gallery, undefined);
		const share = scores.filter((score) => score >= 50).length / scores.length;
		expect(Math.abs(share - 0.21)).toBeLessThan(0.1);
	});

	it("falls back to cosines for a handful of people without strangers, and never to no number", () => {
		const { gallery } = createGallery(3, 1);
		expect(scaleOf(gallery, undefined).isRelative).toBe(false);
		expect(bestScores(gallery, undefined).every((score) => score >= 0 && score <= 100)).toBe(true);
	});

	it("does not count strangers who are in the gallery", () => {
		const { gallery } = createGallery(200, 1);
		const people = [...gallery.people];
		const photos = measuredWith.slice(0, 60).map((_, i) => {
			people.push({ name: `STRANGER_${i}`, wikipedia: undefined, collections: [] });
			return { ...gallery.photo(0), person: people.length - 1 };
		});
		const grown = gallery.adding(people, photos, embeddings.slice(0, photos.length * dimension));
		expect(scaleOf(grown, strangers).twin).toBeLessThan(1.3 * scaleOf(gallery, strangers).twin);
	});
});

describe("withFreshScale", () => {
	const { gallery } = createGallery(100, 2);
	const measured = withFreshScale(gallery, strangers);

	it("keeps the scale in the gallery's file", () => {
		expect(Gallery.from(measured.encode()).scale).toEqual(measured.scale);
		expect(measured.scale).toMatchObject({ numPhotos: 200, numStrangers: 600 });
	});

	it("measures again when a twentieth of the photos has changed, and not before", () => {
		const little = measured.removing([0, 1]);
		expect(withFreshScale(little, strangers)).toBe(little);
		const much = measured.removing(measured.rows().slice(0, 30));
		expect(withFreshScale(much, strangers).scale?.numPhotos).toBe(170);
		expect(withFreshScale(measured, undefined).scale?.numStrangers).toBe(0);
	});

	it("measures a gallery again whose people were ranked otherwise", () => {
		const { scale, numPhotos, numStrangers } = measured.scale as MeasuredScale;
		const before = { scale: { ...scale, twin: 1 }, numPhotos, numStrangers };
		const old = Gallery.from(measured.withScale(before).encode());
		expect(old.scale).toEqual(before);
		expect(withFreshScale(old, strangers).scale).toEqual(measured.scale);
	});

	it("refuses a scale that is no scale", () => {
		const broken = gallery.index.encode({
			gallery: gallery.index.section("gallery") ?? encodeCatalogue(gallery),
			faces: new Uint8Array(),
			scale: new TextEncoder().encode('{"scale":1}'),
		});
		expect(() => Gallery.from(broken)).toThrow("not readable");
	});
});

function encodeCatalogue({ name, people, index }: Gallery): Uint8Array {
	const photos = Array.from({ length: index.size }, () => ["x", null]);
	return new TextEncoder().encode(JSON.stringify({ name, people, photos }));
}
