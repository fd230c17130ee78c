/** What a score means, and how unusual it is: strangers' best matches as a curve, with this one marked. */
import { alignedPictureOf } from "../../gallery/folder/pictures.ts";
import type { Lookalike } from "../../pipeline/answer.ts";
import { pictureUrl } from "../portrait/pictures.ts";
import type { Texts } from "../texts/texts.ts";

export interface WhyView {
	/** The number in one sentence. */
	readonly meaning: string;
	readonly plot: PlotView;
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
const NUM_STEPS = 64;
/** The plot reaches so many widths of the curve to both sides: all but 1 in 400. */
const REACH = 6;

/** @param chip data: URI of the aligned crop of the visitor's face */
export function viewWhy({ resemblance, photo }: Lookalike, chip: string, texts: Texts): WhyView {
	const { strangersBelow } = resemblance;
	const ofHundred = Math.floor(100 * strangersBelow);
	const meaning =
		ofHundred >= 99
			? texts.say("why.rarest")
			: ofHundred <= 1
				? texts.say("why.commonest")
				: texts.say("why.meaning", { count: ofHundred });
	const theirs = photo.picture === undefined ? undefined : alignedPictureOf(photo.picture);
	const aligned = theirs === undefined ? undefined : { yours: chip, theirs: pictureUrl(theirs) };
	return { meaning, aligned, plot: drawPlot(strangersBelow), plotLabel: texts.say("why.plotLabel") };
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
