/** What the comparison's page is given. */
import type { ComparedPair, ComparedPhoto, Comparison } from "../../pipeline/compare-photos.ts";
import { jpegUri, widen } from "../answer/face-crops.ts";
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
	/** 0 to 100. */
	readonly score: number;
	readonly words: string;
}

export interface ComparedView {
	/** Most alike first; at most the first few. */
	readonly pairs: readonly PairView[];
	readonly caption: string | undefined;
	/** Everybody with everybody, where that is more than the pairs say. */
	readonly table: ComparisonTable | undefined;
	/** Faces that were found but not compared. */
	readonly numUnanswered: number;
}

interface ComparisonTable {
	readonly columns: readonly FaceCrop[];
	/** scores[i] belongs to columns[i]; undefined for a face and itself. */
	readonly rows: readonly { readonly face: FaceCrop; readonly scores: readonly (number | undefined)[] }[];
}

const CROP_SIDE_PX = 240;
const MAX_PAIRS = 6;

export async function viewComparison({ photos, pairs }: Comparison, texts: Texts): Promise<ComparedView> {
	const crops = await Promise.all(photos.map((photo, i) => cropFaces(photo, i, photos.length, texts)));
	const faceOf = ({ photo, face }: ComparedPair["first"]) => crops[photo]?.[face] as FaceCrop;
	const [best] = pairs;
	return {
		pairs: pairs.slice(0, MAX_PAIRS).map(({ first, second, resemblance }) => ({
			first: faceOf(first),
			second: faceOf(second),
			score: resemblance.score,
			words: texts.say(`words.${resemblance.words.replaceAll(" ", "-")}`),
		})),
		caption: best && pairCaptionOf(best.resemblance.words, `${best.similarity}`, texts),
		table: pairs.length > 1 ? viewTable(crops, pairs) : undefined,
		numUnanswered: photos.reduce((sum, { numUnanswered }) => sum + numUnanswered, 0),
	};
}

function cropFaces(
	{ photo, faces }: ComparedPhoto,
	number: number,
	numPhotos: number,
	texts: Texts,
): Promise<FaceCrop[]> {
	return Promise.all(
		faces.map(async ({ box }, i) => ({
			crop: await jpegUri(photo, { maxSidePx: CROP_SIDE_PX, region: widen(box) }),
			label:
				numPhotos > 1
					? texts.say("compare.faceOfPhoto", { photo: number + 1, face: i + 1 })
					: texts.say("compare.face", { face: i + 1 }),
		})),
	);
}

function viewTable(crops: readonly FaceCrop[][], pairs: readonly ComparedPair[]): ComparisonTable {
	const [rows = [], columns = rows] = crops;
	const scores = new Map<string, number>();
	for (const { first, second, resemblance } of pairs) {
		scores.set(`${first.face} ${second.face}`, resemblance.score);
		// one photo's faces are compared once, but stand in both directions
		if (crops.length === 1) scores.set(`${second.face} ${first.face}`, resemblance.score);
	}
	return {
		columns,
		rows: rows.map((face, i) => ({ face, scores: columns.map((_, j) => scores.get(`${i} ${j}`)) })),
	};
}
