/** What the templates are given: every text, number and picture ready to print, so that they only place them. */

import type { QualityIssue } from "../faces/face.ts";
import type { Box } from "../faces/face-engine.ts";
import type { GalleryPhoto, Person } from "../gallery/person.ts";
import { encodeJpeg } from "../image/encode-jpeg.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { Answer, AnsweredFace, ExactComparison, Lookalike } from "../pipeline/answer.ts";
import type { ResemblanceWords } from "../resemblance/resemblance.ts";
import { drawFace } from "./drawing/face-drawing.ts";
import { pictureUrl } from "./pictures.ts";
import { articleUrl } from "./wikipedia.ts";

/** A picture of a person: the gallery's own, or a drawing that Wikipedia's may take the place of. */
export interface PortraitView {
	readonly name: string;
	/** Shown where there is neither picture nor drawing. */
	readonly initials: string;
	/** Inline SVG, made by `drawFace` and by nothing else: the one value that templates print unescaped. */
	readonly drawing: string | undefined;
	/** Address of the gallery's own picture. */
	readonly picture: string | undefined;
	/** Title to ask Wikipedia with, where a picture is wanted from there. */
	readonly wikipediaTitle: string | undefined;
}

interface MatchView {
	readonly rank: number;
	readonly name: string;
	readonly portrait: PortraitView;
	/** 0 to 100. */
	readonly score: number;
	/** E.g. "Strong resemblance". */
	readonly words: string;
	/** Cosine to three places. */
	readonly similarity: string;
	readonly articleUrl: string | undefined;
}

interface ComparisonView {
	readonly fast: readonly ComparisonRowView[];
	readonly exact: readonly ComparisonRowView[];
	readonly fastTime: string;
	readonly exactTime: string;
	/** E.g. "6 of 7 agree". */
	readonly agreement: string;
}

interface ComparisonRowView {
	readonly rank: number;
	readonly name: string;
	readonly similarity: string;
	/** Whether the other search found this person too. */
	readonly isShared: boolean;
}

interface FaceView {
	/** 1 is the answered one; others can be picked. */
	readonly number: number;
	readonly box: Box;
	/** The middle of the box's upper left corner's badge. */
	readonly badge: { readonly x: number; readonly y: number };
	/** data: URI of the face with some space around it. */
	readonly crop: string;
	/** data: URI of the aligned crop that was embedded. */
	readonly chip: string;
	readonly drawing: string | undefined;
	readonly issues: readonly QualityIssue[];
	readonly isWeak: boolean;
	/** The answer in one sentence, without the name that ends it. */
	readonly verdict: string;
	readonly best: MatchView;
	readonly others: readonly MatchView[];
	readonly comparison: ComparisonView | undefined;
}

export interface ResultView {
	/** data: URI of the upright photo, and the size in which boxes are measured. */
	readonly photo: {
		readonly dataUri: string;
		readonly width: number;
		readonly height: number;
		/** Radius of the badges that number the faces, in the same pixels. */
		readonly badgeRadius: number;
	};
	readonly faces: readonly FaceView[];
	readonly numUnanswered: number;
	/** Of all steps together. */
	readonly totalTime: string;
	readonly steps: readonly { readonly name: string; readonly time: string }[];
}

export interface ViewOptions {
	/** Whether the page may ask Wikipedia for pictures. */
	readonly wikipediaPictures: boolean;
}

const PHOTO_SIDE_PX = 1000;
const CROP_SIDE_PX = 420;
/** Space around a face's box, as a share of its size. */
const CROP_MARGIN = 0.35;

const VERDICTS: Readonly<Record<ResemblanceWords, string>> = {
	"could be a twin": "You could be a twin of",
	"strong resemblance": "You look a lot like",
	"fair resemblance": "You look a bit like",
	"loose resemblance": "From afar, you look a little like",
};
const WEAK_VERDICT = "Nobody here looks much like you. The nearest is";

/** Prepares an answer for the result page; the photo and its crops become JPEGs inside the page. */
export async function viewResult(answer: Answer, options: ViewOptions): Promise<ResultView> {
	const { photo, faces, numUnanswered, timings } = answer;
	const steps = Object.entries(timings);
	return {
		photo: {
			dataUri: await jpegUri(photo, { maxSidePx: PHOTO_SIDE_PX }),
			width: photo.width,
			height: photo.height,
			badgeRadius: badgeRadiusOf(photo),
		},
		faces: await Promise.all(faces.map((face, i) => viewFace(face, i + 1, photo, options))),
		numUnanswered,
		totalTime: formatMs(steps.reduce((sum, [, ms]) => sum + ms, 0)),
		steps: steps.map(([name, ms]) => ({ name, time: formatMs(ms) })),
	};
}

/** Prepares people of the gallery to be shown outside an answer. */
export function viewPortrait(person: Person, photo: GalleryPhoto, options: ViewOptions): PortraitView {
	return {
		name: person.name,
		initials: initialsOf(person.name),
		drawing: drawFace(photo.landmarks),
		picture: photo.picture === undefined ? undefined : pictureUrl(photo.picture),
		wikipediaTitle: options.wikipediaPictures && photo.picture === undefined ? person.wikipedia : undefined,
	};
}

/** Milliseconds as people read them: "0.4 ms", "143 ms", "1.2 s". */
function formatMs(ms: number): string {
	if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
	return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

async function viewFace(
	face: AnsweredFace,
	number: number,
	photo: RgbImage,
	options: ViewOptions,
): Promise<FaceView> {
	const [best, ...others] = face.matches;
	if (!best) throw new RangeError("Expected at least one match but the gallery gave none.");
	return {
		number,
		box: face.box,
		badge: placeBadge(face.box, photo),
		crop: await jpegUri(photo, { maxSidePx: CROP_SIDE_PX, region: widen(face.box) }),
		chip: await jpegUri(face.chip, {}),
		drawing: drawFace(face.landmarks),
		issues: face.quality.issues,
		isWeak: face.isWeak,
		verdict: face.isWeak ? WEAK_VERDICT : VERDICTS[best.resemblance.words],
		best: viewMatch(best, options),
		others: others.map((match) => viewMatch(match, options)),
		comparison: face.exact && viewComparison(face, face.exact),
	};
}

function viewMatch(match: Lookalike, options: ViewOptions): MatchView {
	const { rank, person, photo, similarity, resemblance } = match;
	return {
		rank,
		name: person.name,
		portrait: viewPortrait(person, photo, options),
		score: resemblance.score,
		words: resemblance.words[0]!.toUpperCase() + resemblance.words.slice(1),
		similarity: similarity.toFixed(3),
		articleUrl: person.wikipedia === undefined ? undefined : articleUrl(person.wikipedia),
	};
}

function viewComparison({ matches, searchMs }: AnsweredFace, exact: ExactComparison): ComparisonView {
	return {
		fast: viewRows(matches, exact.matches),
		exact: viewRows(exact.matches, matches),
		fastTime: formatSearchMs(searchMs),
		exactTime: formatSearchMs(exact.searchMs),
		agreement: `${exact.agreement} of ${exact.matches.length} agree`,
	};
}

function viewRows(matches: readonly Lookalike[], others: readonly Lookalike[]): ComparisonRowView[] {
	const shared = new Set(others.map(({ photo }) => photo.person));
	return matches.map(({ rank, person, photo, similarity }) => ({
		rank,
		name: person.name,
		similarity: similarity.toFixed(3),
		isShared: shared.has(photo.person),
	}));
}

/** Searches take fractions of a millisecond, where the decimals tell. */
function formatSearchMs(ms: number): string {
	return ms < 1 ? `${ms.toFixed(2)} ms` : formatMs(ms);
}

async function jpegUri(image: RgbImage, options: { maxSidePx?: number; region?: Box }): Promise<string> {
	return `data:image/jpeg;base64,${(await encodeJpeg(image, options)).toString("base64")}`;
}

/** A square around the box with some space, so that all crops have one shape. */
function widen({ x, y, width, height }: Box): Box {
	const side = Math.max(width, height) * (1 + 2 * CROP_MARGIN);
	return { x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side };
}

function badgeRadiusOf({ width, height }: RgbImage): number {
	return Math.max(width, height) / 32;
}

/** On the box's upper left corner, moved so that the badge lies inside the photo. */
function placeBadge({ x, y }: Box, photo: RgbImage): { x: number; y: number } {
	const radius = badgeRadiusOf(photo);
	return {
		x: Math.min(Math.max(x, radius), photo.width - radius),
		y: Math.min(Math.max(y, radius), photo.height - radius),
	};
}

function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/u);
	const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) =>
		[...(word ?? "")].slice(0, 1).join(""),
	);
	return (first + last).toUpperCase();
}
