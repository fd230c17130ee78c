/** What the templates are given: every text, number and picture ready to print, so that they only place them. */

import type { Box } from "../../faces/face-engine.ts";
import { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { drawnMapOf } from "../../gallery/browse/people-map.ts";
import { type GalleryPhoto, nameIn } from "../../gallery/person.ts";
import type { RgbImage } from "../../image/rgb-image.ts";
import type { Answer, AnsweredFace, ExactComparison, Lookalike } from "../../pipeline/answer.ts";
import { EQUAL_POINTS } from "../../pipeline/prefer-better-known.ts";
import type { ResemblanceWords } from "../../resemblance/resemblance.ts";
import { drawFace } from "../drawing/face-drawing.ts";
import { fallOnMap } from "../map/view-map.ts";
import { type KnownForView, viewKnownFor } from "../people/known-for.ts";
import { pathOf } from "../people/person-path.ts";
import { type PortraitView, type ViewOptions, viewPortrait } from "../portrait/portrait.ts";
import { articleUrl } from "../portrait/wikipedia.ts";
import type { ServedGallery } from "../served-gallery.ts";
import { type ShareView, viewShare } from "../share/view-share.ts";
import type { Texts } from "../texts/texts.ts";
import { viewWhy, type WhyView } from "../why/view-why.ts";
import { jpegUri, widen } from "./face-crops.ts";
import { standPhotoUpright } from "./upright-photo.ts";

export interface MatchView {
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
	/** Of the person's page. */
	readonly path: string | undefined;
	readonly knownFor: KnownForView | undefined;
}

interface ComparisonView {
	readonly fast: readonly ComparisonRowView[];
	readonly exact: readonly ComparisonRowView[];
	readonly indexName: string;
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

export interface FaceView {
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
	/** That fame decided between people who are about equally alike; undefined where it did not. */
	readonly byFame: string | undefined;
	/** That somebody further down is more alike than the first; undefined where nobody is. */
	readonly moreAlike: string | undefined;
	/** The answer in one sentence, without the name that follows it. */
	readonly verdict: string;
	/** The page's title while this face is picked. */
	readonly title: string;
	readonly best: MatchView;
	readonly others: readonly MatchView[];
	readonly share: ShareView | undefined;
	readonly why: WhyView | undefined;
	/** As the map's page is asked for it. */
	readonly placeOnMap: string | undefined;
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
	/** Of how many frames it is the joint answer, where there were several. */
	readonly fused: string | undefined;
	/** Of all steps together. */
	readonly totalTime: string;
	/** Each step with its time. */
	readonly steps: readonly string[];
}

interface ResultOptions extends ViewOptions {
	/** The gallery that the answer came from, where its people have pages. */
	readonly served?: ServedGallery | undefined;
}

const PHOTO_SIDE_PX = 1000;
const CROP_SIDE_PX = 420;

/** Prepares an answer for the result page; the photo and its crops become JPEGs inside the page. */
export async function viewResult(answer: Answer, texts: Texts, options: ResultOptions): Promise<ResultView> {
	const { numUnanswered, timings, fused } = answer;
	const { photo, faces } = standPhotoUpright(answer);
	const boxes = faces.map(({ box }) => box);
	const steps = Object.entries(timings);
	const [dataUri, ...viewedFaces] = await Promise.all([
		jpegUri(photo, { maxSidePx: PHOTO_SIDE_PX }),
		...faces.map((face, i) => viewFace(face, i + 1, { photo, boxes }, { ...options, texts })),
	]);
	return {
		photo: { dataUri, width: photo.width, height: photo.height, badgeRadius: badgeRadiusOf(photo) },
		faces: viewedFaces,
		numUnanswered,
		fused: fused && fused.numUsed > 1 ? texts.say("result.fused", { count: fused.numUsed }) : undefined,
		totalTime: texts.duration(steps.reduce((sum, [, ms]) => sum + ms, 0)),
		steps: steps.map(([name, ms]) => `${texts.say(`step.${name}`)} ${texts.duration(ms)}`),
	};
}

interface FaceOptions extends ResultOptions {
	readonly texts: Texts;
}

async function viewFace(
	face: AnsweredFace,
	number: number,
	{ photo, boxes }: { readonly photo: RgbImage; readonly boxes: readonly Box[] },
	options: FaceOptions,
): Promise<FaceView> {
	const [best, ...others] = face.matches;
	const { texts, served } = options;
	if (!best) throw new RangeError("Expected at least one match but the gallery gave none.");
	const [chip, crop] = await Promise.all([
		jpegUri(face.chip, {}),
		jpegUri(photo, { maxSidePx: CROP_SIDE_PX, region: widen(face.box, boxes) }),
	]);
	return {
		number,
		box: face.box,
		badge: placeBadge(face.box, photo),
		crop,
		chip,
		drawing: drawFace(face.landmarks),
		advice: face.quality.issues.map(({ code }) => texts.say(`advice.${code}`)),
		isWeak: face.isWeak,
		byFame: face.isOrderedByFame ? texts.say("face.byFame", { points: EQUAL_POINTS }) : undefined,
		moreAlike: viewMoreAlike(face.matches, texts),
		verdict: texts.say(`verdict.${face.isWeak ? "weak" : keyOf(best.resemblance.words)}`),
		title: texts.say("site.pageTitle", { title: nameIn(best.person, options.language) }),
		best: viewMatch(best, options),
		others: others.map((match) => viewMatch(match, options)),
		share: served && viewShare(best, served, texts),
		why: served && viewWhy(best, chip, served, texts),
		placeOnMap: served && findPlaceOnMap(face.matches, served),
		comparison: face.exact && viewComparison(face.exact, texts),
	};
}

function viewMoreAlike(matches: readonly Lookalike[], texts: Texts): string | undefined {
	const score = ({ resemblance }: Lookalike) => resemblance.score;
	const most = matches.reduce((most, match) => (score(match) > score(most) ? match : most));
	if (most === matches[0]) return undefined;
	return texts.say("face.moreAlike", { name: nameIn(most.person, texts.language) });
}

function viewMatch(match: Lookalike, options: FaceOptions): MatchView {
	const { rank, person, photo, similarity, resemblance } = match;
	return {
		rank,
		name: nameIn(person, options.language),
		portrait: viewPortrait(person, findPortrait(match, options.served), options),
		score: resemblance.score,
		words: options.texts.say(`words.${keyOf(resemblance.words)}`),
		similarity: formatSimilarity(similarity, options.texts),
		articleUrl: person.wikipedia === undefined ? undefined : articleUrl(person.wikipedia),
		path: options.served && findPath(photo.person, options.served),
		knownFor: viewKnownFor(person, options.texts),
	};
}

function findPath(person: number, { gallery }: ServedGallery): string | undefined {
	const entry = PeopleDirectory.of(gallery).entryOf(person);
	return entry && pathOf(entry);
}

/** The photo that stands for the person: the owner's choice, or else the one most like the visitor's. */
function findPortrait({ photo }: Lookalike, served: ServedGallery | undefined): GalleryPhoto {
	if (!served) return photo;
	const directory = PeopleDirectory.of(served.gallery);
	const entry = directory.entryOf(photo.person);
	return (entry && directory.chosenPhotoOf(entry)) ?? photo;
}

function findPlaceOnMap(matches: readonly Lookalike[], { gallery }: ServedGallery): string | undefined {
	const map = drawnMapOf(gallery);
	return map && fallOnMap(matches, map);
}

/** Words as they stand in keys of texts. */
function keyOf(words: ResemblanceWords): string {
	return words.replaceAll(" ", "-");
}

function viewComparison(
	{ matches, searchMs, lsh, indexName, agreement }: ExactComparison,
	texts: Texts,
): ComparisonView {
	return {
		fast: viewRows(lsh.matches, matches, texts),
		exact: viewRows(matches, lsh.matches, texts),
		indexName,
		fastTime: texts.duration(lsh.searchMs),
		exactTime: texts.duration(searchMs),
		agreement,
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
		name: nameIn(person, texts.language),
		similarity: formatSimilarity(similarity, texts),
		isShared: shared.has(photo.person),
	}));
}

function formatSimilarity(similarity: number, texts: Texts): string {
	return texts.number(similarity, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
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
