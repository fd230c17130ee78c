/** What the comparison's page is given. */
import type { ComparedPair, ComparedPhoto, Comparison } from "../../pipeline/compare-photos.ts";
import type { PairWords } from "../../resemblance/pair-scale.ts";
import { jpegUri, widen } from "../answer/face-crops.ts";
import { standPhotoUpright } from "../answer/upright-photo.ts";
import { pairCaptionOf } from "../share/captions.ts";
import type { Texts } from "../texts/texts.ts";

interface FaceCrop {
	/** data: URI of the face with some space around it. */
	readonly crop: string;
	/** E.g. "Photo 1, face 2". */
	readonly label: string;
}

interface PairView {
	readonly first: FaceCrop;
	readonly second: FaceCrop;
	/** E.g. "Photo 1, face 1 – Photo 2, face 1". */
	readonly label: string;
	/** How many of 100 pairs of strangers are less alike: whole up to 99, then with a decimal. */
	readonly number: number;
	/** The number as it is read. */
	readonly shown: string;
	/** What the number says, e.g. "more alike than 78 of 100 pairs of strangers". */
	readonly evidence: string;
	readonly words: string;
	/** How alike from 0 to 4, for the eye. */
	readonly level: number;
}

export interface ComparedView {
	/** Most alike first; at most the first few. */
	readonly pairs: readonly PairView[];
	readonly caption: string | undefined;
	/** Whether a face among the pairs shows too little to go by. */
	readonly isUnclear: boolean;
	/** How often photos of one person are told so, of 100 pairs; where it is known. */
	readonly samePerson: number | undefined;
	/** Everybody with everybody, where that is more than the pairs say. */
	readonly table: ComparisonTable | undefined;
	/** Faces that were found but not compared. */
	readonly numUnanswered: number;
}

interface ComparisonTable {
	readonly columns: readonly FaceCrop[];
	/** cells[i] belongs to columns[i]; undefined for a face and itself. */
	readonly rows: readonly { readonly face: FaceCrop; readonly cells: readonly (PairView | undefined)[] }[];
}

const CROP_SIDE_PX = 240;
const MAX_PAIRS = 6;
const LEVELS: readonly PairWords[] = ["not alike", "a bit alike", "alike", "very alike", "same person"];

export async function viewComparison(comparison: Comparison, texts: Texts): Promise<ComparedView> {
	const { photos, pairs, samePersonShare } = comparison;
	const crops = await Promise.all(photos.map((photo, i) => cropFaces(photo, i, photos.length, texts)));
	const faceOf = ({ photo, face }: ComparedPair["first"]) => crops[photo]?.[face] as FaceCrop;
	const views = pairs.map((pair) => viewPair(pair, faceOf, texts));
	const [best] = pairs;
	return {
		pairs: views.slice(0, MAX_PAIRS),
		caption: best && pairCaptionOf(best.resemblance.words, `${best.similarity}`, texts),
		isUnclear: pairs.some(({ isUnclear }) => isUnclear),
		samePerson: samePersonShare === undefined ? undefined : Math.round(100 * samePersonShare),
		table: pairs.length > 1 ? viewTable(crops, pairs, views) : undefined,
		numUnanswered: photos.reduce((sum, { numUnanswered }) => sum + numUnanswered, 0),
	};
}

function viewPair(
	{ first, second, resemblance }: ComparedPair,
	faceOf: (face: ComparedPair["first"]) => FaceCrop,
	texts: Texts,
): PairView {
	const { strangersBelow, words } = resemblance;
	const decimals = strangersBelow >= 0.99 ? 10 : 1;
	// rounded down: nobody is more alike than all strangers
	const number = Math.floor(100 * decimals * strangersBelow) / decimals;
	const shown = texts.number(number);
	return {
		first: faceOf(first),
		second: faceOf(second),
		label: `${faceOf(first).label} – ${faceOf(second).label}`,
		number,
		shown,
		evidence: texts.say("compare.evidence", { number: shown }),
		words: texts.say(`pair.${words.replaceAll(" ", "-")}`),
		level: LEVELS.indexOf(words),
	};
}

function cropFaces(
	compared: ComparedPhoto,
	number: number,
	numPhotos: number,
	texts: Texts,
): Promise<FaceCrop[]> {
	const { photo, faces } = standPhotoUpright(compared);
	const boxes = faces.map(({ box }) => box);
	return Promise.all(
		boxes.map(async (box, i) => ({
			crop: await jpegUri(photo, { maxSidePx: CROP_SIDE_PX, region: widen(box, boxes) }),
			label:
				numPhotos > 1
					? texts.say("compare.faceOfPhoto", { photo: number + 1, face: i + 1 })
					: texts.say("compare.face", { face: i + 1 }),
		})),
	);
}

function viewTable(
	crops: readonly FaceCrop[][],
	pairs: readonly ComparedPair[],
	views: readonly PairView[],
): ComparisonTable {
	const [rows = [], columns = rows] = crops;
	const cells = new Map<string, PairView>();
	for (const [i, { first, second }] of pairs.entries()) {
		cells.set(`${first.face} ${second.face}`, views[i]!);
		// one photo's faces are compared once, but stand in both directions
		if (crops.length === 1) cells.set(`${second.face} ${first.face}`, views[i]!);
	}
	return {
		columns,
		rows: rows.map((face, i) => ({ face, cells: columns.map((_, j) => cells.get(`${i} ${j}`)) })),
	};
}
