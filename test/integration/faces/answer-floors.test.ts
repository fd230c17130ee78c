/** What the starter gallery and the strangers that ship are worth, so that no change makes them worse unseen. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readGallery } from "../../../src/gallery/gallery-store.ts";
import { findPeople } from "../../../src/gallery/matching/find-people.ts";
import { LEAST_PEOPLE, scaleOf, scorerOf } from "../../../src/gallery/matching/measure-gallery.ts";
import { Strangers } from "../../../src/resemblance/strangers.ts";
import { readStrangers } from "../../../src/resemblance/strangers-file.ts";

const FILE = path.join(import.meta.dirname, "../../..", "data", "starter.gallery");
const starter = readGallery(FILE);

describe("the starter gallery", () => {
	it("knows its people by photos that are taken out of it: 98 % first, 99.5 % among seven", () => {
		// of the collection "more" two photos of one person are often decades apart
		const candidates = starter.rows().filter((row) => {
			const numPhotos = starter.templates.rowsOf(starter.index.group(row)).length;
			return numPhotos >= 3 && !starter.source(row).startsWith("more/");
		});
		// every third, some of different people out at a time: each time what shares memory with the others is copied
		const asked = candidates
			.filter((_, i) => i % 3 === 0)
			.sort((a, b) => starter.index.group(a) - starter.index.group(b));
		const ranks = inTurns(asked, 40).flatMap((rows) => {
			expect(new Set(rows.map((row) => starter.index.group(row))).size).toBe(rows.length);
			const left = starter.removing(rows);
			return rows.map((row) => {
				const found = findPeople(left, starter.index.embedding(row), 7, "exact");
				return found.findIndex(({ person }) => person === starter.index.group(row));
			});
		});
		expect(ranks.length).toBeGreaterThan(700);
		expect(ranks.filter((rank) => rank === 0).length / ranks.length).toBeGreaterThan(0.98);
		expect(ranks.filter((rank) => rank >= 0).length / ranks.length).toBeGreaterThan(0.995);
	});

	it("carries the scale that strangers give it, and says of new strangers what it says it does", () => {
		const all = readStrangers(starter.pipelineVersion) as Strangers;
		expect(starter.scale).toMatchObject({ numStrangers: all.size });

		const [measuredWith, visitors] = halve(all);
		// fewer strangers than it was measured with: it is measured again
		const gallery = readGallery(FILE);
		const scale = scaleOf(gallery, measuredWith);
		const stored = scaleOf(starter, all);
		expect(Math.abs(scale.strong - stored.strong)).toBeLessThan(0.1 * stored.strong);
		const words = visitors.names.map((_, i) => {
			const embedding = visitors.embedding(i);
			const people = findPeople(starter, embedding, LEAST_PEOPLE);
			const score = scorerOf(gallery, measuredWith, embedding, people);
			return score(people[0]?.similarity as number).words;
		});
		const shareOf = (word: string) => words.filter((other) => other === word).length / words.length;
		expect(shareOf("could be a twin")).toBeLessThan(0.03);
		expect(Math.abs(shareOf("loose resemblance") - 0.31)).toBeLessThan(0.07);
	});
});

/** Each turn has rows that are far from each other: where they come by person, of different people. */
function inTurns(rows: readonly number[], numTurns: number): number[][] {
	return Array.from({ length: numTurns }, (_, turn) => rows.filter((_, i) => i % numTurns === turn));
}

/** Every second one, and the others. */
function halve(strangers: Strangers): [Strangers, Strangers] {
	const { dimension, pipelineVersion, names } = strangers;
	return [0, 1].map((half) => {
		const numbers = [...names.keys()].filter((i) => i % 2 === half);
		const embeddings = new Float32Array(numbers.length * dimension);
		for (const [i, number] of numbers.entries()) embeddings.set(strangers.embedding(number), i * dimension);
		return new Strangers(
			{ dimension, pipelineVersion, names: numbers.map((i) => names[i] as string) },
			embeddings,
		);
	}) as [Strangers, Strangers];
}
