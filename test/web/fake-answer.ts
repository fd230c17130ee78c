/** Hand-made answers, so that pages and API can be tried without models or a gallery. */
import type { Person } from "../../src/gallery/person.ts";
import type { ReadableGallery } from "../../src/gallery/readable-gallery.ts";
import type { RgbImage } from "../../src/image/rgb-image.ts";
import type { Answer, AnsweredFace, Lookalike } from "../../src/pipeline/answer.ts";
import type { ResemblanceWords } from "../../src/resemblance/resemblance.ts";
import { sampleLandmarks } from "./sample-landmarks.ts";

const FAKE_NAMES = [
	"Ada Lovelace",
	"Grace Hopper",
	"Alan Turing",
	"Katherine Johnson",
	"Claude Shannon",
	"Hedy Lamarr",
	"Edsger Dijkstra",
	"Barbara Liskov",
];

export interface FakeAnswerOptions {
	readonly numFaces?: number;
	readonly numUnanswered?: number;
	/** How many times larger the photo was before it was shrunk. */
	readonly scale?: number;
	readonly k?: number;
	readonly exact?: boolean;
	/** What the exact search is compared with. */
	readonly indexName?: ReadableGallery["indexName"];
	readonly isWeak?: boolean;
	readonly isOrderedByFame?: boolean;
	/** Replaces what is known of the best match. */
	readonly best?: Partial<Person>;
	/** Crops that the gallery keeps of the best match. */
	readonly picture?: string;
	readonly issues?: AnsweredFace["quality"]["issues"];
	/** By which scores are lowered. */
	readonly clarity?: number;
}

export function fakeAnswer(options: FakeAnswerOptions = {}): Answer {
	const { numFaces = 1, numUnanswered = 0, scale = 1 } = options;
	return {
		photo: { ...fakePhoto(640, 480), fullWidth: 640 * scale, fullHeight: 480 * scale },
		faces: Array.from({ length: numFaces }, (_, i) => fakeFace(i, options)),
		numUnanswered,
		timings: { decode: 12.3, detect: 61, align: 3.2, embed: 13.4, search: 0.8 },
	};
}

const photos = new Map<string, RgbImage>();

/** A gradient: enough to be encoded. Made once of each size, as that takes longer than a page. */
function fakePhoto(width: number, height: number): RgbImage {
	const size = `${width} x ${height}`;
	const photo = photos.get(size) ?? {
		width,
		height,
		data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i / 97) % 256),
	};
	photos.set(size, photo);
	return photo;
}

function fakeFace(number: number, options: FakeAnswerOptions): AnsweredFace {
	const {
		k = 7,
		exact = false,
		indexName = "LSH",
		isWeak = false,
		isOrderedByFame = false,
		issues = [],
	} = options;
	const matches = Array.from({ length: k }, (_, i) => fakeLookalike(i, i + 1, number, options));
	// the exact search finds one whom the fast one missed
	const exactMatches = matches.map((match, i) =>
		i === k - 1 ? fakeLookalike(k, k, number, options) : match,
	);
	return {
		box: { x: 60 + number * 180, y: 90, width: 140, height: 160 },
		score: 0.987,
		landmarks: sampleLandmarks(number),
		quality: { issues, clarity: issues.length > 0 ? 0.4 : 1 },
		chip: fakePhoto(150, 150),
		matches,
		isWeak,
		isOrderedByFame,
		searchMs: 0.21,
		...(exact && {
			exact: {
				matches: exactMatches,
				searchMs: 1.73,
				lsh: { matches, searchMs: 0.21 },
				indexName,
				agreement: k - 1,
			},
		}),
	};
}

function fakeLookalike(number: number, rank: number, face: number, options: FakeAnswerOptions): Lookalike {
	const { isWeak = false, best, picture, clarity = 1 } = options;
	const name = FAKE_NAMES[(number + face) % FAKE_NAMES.length]!;
	const clearScore = Math.max(2, Math.round((isWeak ? 14 : 92) * 0.72 ** (rank - 1)));
	const score = Math.round(clarity * clearScore);
	return {
		rank,
		person: {
			name,
			wikipedia: name.replaceAll(" ", "_"),
			collections: ["fakes"],
			...(rank === 1 ? best : {}),
		},
		photo: {
			person: number + face,
			source: `${name}/1.jpg`,
			box: { x: 0, y: 0, width: 100, height: 100 },
			landmarks: sampleLandmarks(number + face + 1),
			picture: rank === 1 ? picture : undefined,
		},
		similarity: 0.97 - 0.008 * rank,
		photoSimilarity: 0.965 - 0.008 * rank,
		resemblance: { score, clearScore, words: wordsOf(score), strangersBelow: clearScore / 101 },
	};
}

function wordsOf(score: number): ResemblanceWords {
	if (score >= 80) return "could be a twin";
	if (score >= 50) return "strong resemblance";
	return score >= 20 ? "fair resemblance" : "loose resemblance";
}
