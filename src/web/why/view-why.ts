/** What a score means, and how unusual it is: strangers' best matches as a curve, with this one marked. */
import { PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { alignedPictureOf } from "../../gallery/folder/pictures.ts";
import { nameIn } from "../../gallery/person.ts";
import type { Lookalike } from "../../pipeline/answer.ts";
import { pathOf } from "../people/person-path.ts";
import { MAX_PHOTOS } from "../people/view-people.ts";
import { pictureUrl } from "../portrait/pictures.ts";
import type { ServedGallery } from "../served-gallery.ts";
import type { Texts } from "../texts/texts.ts";

export interface WhyView {
	/** The number in one sentence. */
	readonly meaning: string;
	/** Why the score is lower than that sentence would have it, where the photo is to blame. */
	readonly lowered: string | undefined;
	readonly plot: PlotView;
	/** Which of the person's photos was the nearest, where there are several, and where it is shown. */
	readonly nearest: { readonly text: string; readonly path: string | undefined } | undefined;
	/** The two aligned faces that were compared, eyes on eyes, where the gallery keeps them. */
	readonly aligned: { readonly yours: string; readonly theirs: string } | undefined;
	/** What the plot shows, for those who don't see it. */
	readonly plotLabel: string;
}

interface PlotView {
	readonly width: number;
	readonly height: number;
	/** Path data of the curve's area, and of its part up to the mark. */
	readonly area: string;
	readonly areaBelow: string;
	/** Where this match lies. */
	readonly markX: number;
	readonly markY: number;
	/** Whether the mark's words stand on its left. */
	readonly isRight: boolean;
}

const PLOT = { width: 320, height: 92 } as const;
/** Points of the score: what an unclear photo took is told from here on. */
const TOLD_LOSS = 5;
const NUM_STEPS = 64;
/** The plot reaches so many widths of the curve to both sides: all but 1 in 400. */
const REACH = 6;

/** @param chip data: URI of the aligned crop of the visitor's face */
export function viewWhy(match: Lookalike, chip: string, served: ServedGallery, texts: Texts): WhyView {
	const { resemblance, photo } = match;
	const { strangersBelow, score, clearScore } = resemblance;
	const ofHundred = Math.floor(100 * strangersBelow);
	const meaning =
		ofHundred >= 99
			? texts.say("why.rarest")
			: ofHundred <= 1
				? texts.say("why.commonest")
				: texts.say("why.meaning", { count: ofHundred });
	const theirs = photo.picture === undefined ? undefined : alignedPictureOf(photo.picture);
	const aligned = theirs === undefined ? undefined : { yours: chip, theirs: pictureUrl(theirs) };
	return {
		meaning,
		lowered: clearScore - score >= TOLD_LOSS ? texts.say("why.lowered", { score, clearScore }) : undefined,
		nearest: viewNearest(match, served, texts),
		aligned,
		plot: drawPlot(strangersBelow),
		plotLabel: texts.say("why.plotLabel"),
	};
}

function viewNearest(
	{ person, photo }: Lookalike,
	{ gallery }: ServedGallery,
	texts: Texts,
): WhyView["nearest"] {
	const directory = PeopleDirectory.of(gallery);
	const entry = directory.entryOf(photo.person);
	if (!entry || entry.rows.length < 2) return undefined;
	const number = 1 + directory.photosOf(entry).findIndex(({ source }) => source === photo.source);
	// the gallery has changed meanwhile
	if (number === 0) return undefined;
	const title = photo.credit?.title && titleOf(photo.credit.title);
	const values = { name: nameIn(person, texts.language), count: entry.rows.length, number };
	return {
		text: title ? texts.say("why.nearestTitled", { ...values, title }) : texts.say("why.nearest", values),
		path: number <= MAX_PHOTOS ? `${pathOf(entry)}#photo-${number}` : undefined,
	};
}

/** "File:Ann_in_2019.jpg" as people read it. */
function titleOf(fileTitle: string): string {
	return fileTitle
		.replace(/^File:/, "")
		.replace(/\.\w{2,5}$/, "")
		.replaceAll("_", " ");
}

/** @param strangersBelow the area before the mark, 0 to 1 */
function drawPlot(strangersBelow: number): PlotView {
	const { width, height } = PLOT;
	const base = height - 18;
	// in widths of the curve from its midpoint
	const xOf = (at: number) => ((at + REACH) / (2 * REACH)) * width;
	const heightOf = (at: number) => 4 * logistic(at) * (1 - logistic(at));
	const yOf = (at: number) => base - heightOf(at) * (base - 14);
	const mark = Math.max(-REACH, Math.min(REACH, Math.log(strangersBelow / (1 - strangersBelow))));
	const areaUpTo = (end: number) => {
		const points = Array.from({ length: NUM_STEPS + 1 }, (_, i) => {
			const at = -REACH + ((end + REACH) * i) / NUM_STEPS;
			return `${round(xOf(at))} ${round(yOf(at))}`;
		});
		return `M0 ${base}L${points.join("L")}L${round(xOf(end))} ${base}Z`;
	};
	return {
		width,
		height,
		area: areaUpTo(REACH),
		areaBelow: areaUpTo(mark),
		markX: round(xOf(mark)),
		markY: round(yOf(mark)),
		isRight: mark > 0,
	};
}

function logistic(at: number): number {
	return 1 / (1 + Math.exp(-at));
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}
