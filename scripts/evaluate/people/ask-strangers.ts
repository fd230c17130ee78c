/** What strangers are told: how often each word, in which groups, in galleries of which size. */
import type { Gallery } from "../../../src/gallery/gallery.ts";
import { type FoundPerson, findPeople } from "../../../src/gallery/matching/find-people.ts";
import { LEAST_PEOPLE, scorerOf } from "../../../src/gallery/matching/measure-gallery.ts";
import type { Resemblance, ResemblanceWords } from "../../../src/resemblance/resemblance.ts";
import type { Strangers } from "../../../src/resemblance/strangers.ts";
import { Random } from "../../../src/search/random.ts";
import { galleryOf, mean, type PersonFaces, percent } from "./people-photos.ts";
import type { ReadFace } from "./read-faces.ts";

const WORDS: readonly ResemblanceWords[] = [
	"could be a twin",
	"strong resemblance",
	"fair resemblance",
	"loose resemblance",
];
const SIZES = [1, 5, 20, 200, 1664] as const;
/** More than there are photos of: the rest is generated. */
const LARGEST = 20_000;
/** Small galleries differ from draw to draw. */
const NUM_DRAWS = 10;

export interface Answered {
	readonly people: readonly FoundPerson[];
	readonly best: Resemblance;
}

/** Asks as the page does. @param isSelf people who are passed over */
export function ask(
	gallery: Gallery,
	strangers: Strangers | undefined,
	{ embedding, clarity }: Pick<ReadFace, "embedding" | "clarity">,
	isSelf: (person: number) => boolean = () => false,
): Answered {
	const found = findPeople(gallery, embedding, LEAST_PEOPLE + 1, "exact");
	const people = found.filter(({ person }) => !isSelf(person)).slice(0, LEAST_PEOPLE);
	const score = scorerOf(gallery, strangers, embedding, people, clarity);
	return { people, best: score((people[0] as FoundPerson).similarity) };
}

/** One line of how strangers' best matches are called. */
export function describeWords(name: string, answers: readonly Resemblance[]): string {
	const shares = WORDS.map((words) => {
		const share = answers.filter((answer) => answer.words === words).length / answers.length;
		return `${words} ${percent(share)}`;
	});
	return `${name} (${answers.length}): mean score ${mean(answers.map(({ score }) => score)).toFixed(1)}; ${shares.join(", ")}`;
}

/** The same strangers in galleries of people drawn from these, and in one of 20,000, of whom those that are missing are generated. */
export function askSizes(
	people: readonly PersonFaces[],
	visitors: readonly ReadFace[],
	strangers: Strangers | undefined,
	pipelineVersion: string,
	seed: number,
): void {
	const random = new Random(seed);
	for (const size of SIZES) {
		const numPeople = Math.min(size, people.length);
		const answers: Resemblance[] = [];
		for (let draw = 0; draw < (size < 1000 ? NUM_DRAWS : 1); draw++) {
			const drawn = Array.from(random.sample(numPeople, people.length), (i) => people[i] as PersonFaces);
			const gallery = galleryOf(drawn, pipelineVersion);
			answers.push(...visitors.map((visitor) => ask(gallery, strangers, visitor).best));
		}
		console.log(describeWords(`Strangers among ${numPeople}`, answers));
	}
	const generated = generatePeople(people, LARGEST - people.length, random);
	const largest = galleryOf([...people, ...generated], pipelineVersion);
	const answers = visitors.map((visitor) => ask(largest, strangers, visitor).best);
	console.log(describeWords(`Strangers among ${LARGEST}, ${generated.length} of them generated`, answers));
}

/**
 * People like these: each between two of them, and off to the side by a third of their distance, so that they are as
 * densely packed as faces are. One photo each.
 */
function generatePeople(people: readonly PersonFaces[], count: number, random: Random): PersonFaces[] {
	const faceOf = (i: number) => (people[i] as PersonFaces).faces[0] as ReadFace;
	return Array.from({ length: count }, (_, number) => {
		const [a, b, c] = [0, 0, 0].map(() => faceOf(random.below(people.length)).embedding);
		const share = random.uniform();
		const sum = (a as Float32Array).map(
			(value, i) =>
				value * share + (b as Float32Array)[i]! * (1 - share) + ((c as Float32Array)[i]! - value) / 3,
		);
		const length = Math.hypot(...sum);
		const face: ReadFace = {
			photo: `${number}.jpg`,
			embedding: sum.map((value) => value / length),
			clarity: 1,
			isGood: true,
		};
		return { name: `Generated ${number}`, faces: [face] };
	});
}
