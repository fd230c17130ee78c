/** What the templates are given: every text, number and picture ready to print, so that they only place them. */

import type { Box } from "../faces/face-engine.ts";
import type { GalleryPhoto, Person } from "../gallery/person.ts";
import { encodeJpeg } from "../image/encode-jpeg.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import type { Answer, AnsweredFace, ExactComparison, Lookalike } from "../pipeline/answer.ts";
import type { ResemblanceWords } from "../resemblance/resemblance.ts";
import { drawFace } from "./drawing/face-drawing.ts";
import { pictureUrl } from "./pictures.ts";
import type { Texts } from "./texts/texts.ts";
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
	/** How many of the exact search's people the fast one found too. */
	readonly agreement: number;
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
	/** What to do for a better answer; often nothing. */
	readonly advice: readonly string[];
	readonly isWeak: boolean;
	/** The answer in one sentence, without the name that follows it. */
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
	/** Each step with its time. */
	readonly steps: readonly string[];
}

export interface ViewOptions {
	/** Whether the page may ask Wikipedia for pictures. */
	readonly wikipediaPictures: boolean;
}

const PHOTO_SIDE_PX = 1000;
const CROP_SIDE_PX = 420;
/** Space around a face's box, as a share of its size. */
const CROP_MARGIN = 0.35;

/** Prepares an answer for the result page; the photo and its crops become JPEGs inside the page. */
export async function viewResult(answer: Answer, texts: Texts, options: ViewOptions): Promise<ResultView> {
	const { photo, faces, numUnanswered, timings } = answer;
	const steps = Object.entries(timings);
	return {
		photo: {
			dataUri: await jpegUri(photo, { maxSidePx: PHOTO_SIDE_PX }),
			width: photo.width,
			height: photo.height,
			badgeRadius: badgeRadiusOf(photo),
		},
		faces: await Promise.all(faces.map((face, i) => viewFace(face, i + 1, photo, { ...options, texts }))),
		numUnanswered,
		totalTime: texts.duration(steps.reduce((sum, [, ms]) => sum + ms, 0)),
		steps: steps.map(([name, ms]) => `${texts.say(`step.${name}`)} ${texts.duration(ms)}`),
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

interface FaceOptions extends ViewOptions {
	readonly texts: Texts;
}

async function viewFace(
	face: AnsweredFace,
	number: number,
	photo: RgbImage,
	options: FaceOptions,
): Promise<FaceView> {
	const [best, ...others] = face.matches;
	const { texts } = options;
	if (!best) throw new RangeError("Expected at least one match but the gallery gave none.");
	return {
		number,
		box: face.box,
		badge: placeBadge(face.box, photo),
		crop: await jpegUri(photo, { maxSidePx: CROP_SIDE_PX, region: widen(face.box) }),
		chip: await jpegUri(face.chip, {}),
		drawing: drawFace(face.landmarks),
		advice: face.quality.issues.map(({ code }) => texts.say(`advice.${code}`)),
		isWeak: face.isWeak,
		verdict: texts.say(`verdict.${face.isWeak ? "weak" : keyOf(best.resemblance.words)}`),
		best: viewMatch(best, options),
		others: others.map((match) => viewMatch(match, options)),
		comparison: face.exact && viewComparison(face, face.exact, texts),
	};
}

function viewMatch(match: Lookalike, options: FaceOptions): MatchView {
	const { rank, person, photo, similarity, resemblance } = match;
	return {
		rank,
		name: person.name,
		portrait: viewPortrait(person, photo, options),
		score: resemblance.score,
		words: options.texts.say(`words.${keyOf(resemblance.words)}`),
		similarity: formatSimilarity(similarity, options.texts),
		articleUrl: person.wikipedia === undefined ? undefined : articleUrl(person.wikipedia),
	};
}

/** Words as they stand in keys of texts. */
function keyOf(words: ResemblanceWords): string {
	return words.replaceAll(" ", "-");
}

function viewComparison(
	{ matches, searchMs }: AnsweredFace,
	exact: ExactComparison,
	texts: Texts,
): ComparisonView {
	return {
		fast: viewRows(matches, exact.matches, texts),
		exact: viewRows(exact.matches, matches, texts),
		fastTime: texts.duration(searchMs),
		exactTime: texts.duration(exact.searchMs),
		agreement: exact.agreement,
	};
}

function viewRows(
	matches: readonly Lookalike[],
	others: readonly Lookalike[],
	texts: Texts,
): ComparisonRowView[] {
	const shared = new Set(others.map(({ photo }) => photo.person));
	return matches.map(({ rank, person, photo, similarity }) => ({
		rank,
		name: person.name,
		similarity: formatSimilarity(similarity, texts),
		isShared: shared.has(photo.person),
	}));
}

function formatSimilarity(similarity: number, texts: Texts): string {
	return texts.number(similarity, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
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
