/** Whether a photo can stand for a person: what its faces are, and which of them is the person's. */
import { AppError } from "../errors.ts";
import { describeIssues } from "../faces/quality.ts";
import type { EmbeddedPhoto } from "../gallery/building/build-journal.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import { align, decode, detect, type EmbeddedStage, embed, type FaceTools } from "./face-steps.ts";

/** A photo with one face that counts. */
export interface Portrait extends Pick<EmbeddedPhoto, "embedding" | "box" | "landmarks"> {
	readonly photo: RgbImage;
	/** The aligned crop that was embedded. */
	readonly chip: RgbImage;
}

/** Why a photo can't stand for the person. */
export interface NoPortrait {
	readonly reason: "BROKEN_PHOTO" | "NO_GOOD_FACE" | "SEVERAL_FACES" | "ANOTHER_FACE" | "SAME_PICTURE";
	readonly message: string;
}

export interface PortraitRule {
	/** Least cosine at which two faces are taken for the same person's. */
	readonly agreeing: number;
}

/** Faces that are smaller than this share of the largest one's area are background. */
const BACKGROUND_SHARE = 0.2;
/** From this cosine on, two photos are the same one, cut or scaled otherwise. */
const SAME_PICTURE = 0.99;
/** More are a crowd. */
const MAX_FACES = 8;

/** A portrait by which others are judged: one good face, and no other that could be meant. */
export async function checkMainPortrait(bytes: Uint8Array, tools: FaceTools): Promise<Portrait | NoPortrait> {
	const looked = await look(bytes, tools);
	if ("reason" in looked) return looked;
	const [main, ...others] = looked.faces;
	const area = ({ box }: { readonly box: { readonly width: number; readonly height: number } }) =>
		box.width * box.height;
	if (main && others.some((face) => area(face) > BACKGROUND_SHARE * area(main))) {
		return {
			reason: "SEVERAL_FACES",
			message: `It shows ${looked.faces.length} faces and does not say which is meant.`,
		};
	}
	return mainFaceOf(looked);
}

/**
 * A further photo: the main face must agree with the portrait and no other one may.
 * @param known the person's portraits so far, the main one first
 */
export async function checkFurtherPortrait(
	bytes: Uint8Array,
	known: readonly Portrait[],
	{ agreeing }: PortraitRule,
	tools: FaceTools,
): Promise<Portrait | NoPortrait> {
	const looked = await look(bytes, tools);
	if ("reason" in looked) return looked;
	const [main] = known as [Portrait];
	const similarities = looked.embeddings.map((embedding) => cosine(embedding, main.embedding));
	const agreed = similarities.filter((similarity) => similarity >= agreeing).length;
	if (agreed > 1) return { reason: "SEVERAL_FACES", message: `${agreed} faces look like the portrait.` };
	const [similarity = -1] = similarities;
	if (similarity < agreeing) {
		return {
			reason: "ANOTHER_FACE",
			message: `The main face is not like the portrait: cosine ${similarity.toFixed(3)}.`,
		};
	}
	const portrait = mainFaceOf(looked);
	if ("reason" in portrait) return portrait;
	const nearest = Math.max(...known.map(({ embedding }) => cosine(embedding, portrait.embedding)));
	if (nearest >= SAME_PICTURE) {
		return { reason: "SAME_PICTURE", message: `It is the same picture again: cosine ${nearest.toFixed(3)}.` };
	}
	return portrait;
}

async function look(bytes: Uint8Array, tools: FaceTools): Promise<EmbeddedStage | NoPortrait> {
	try {
		const decoded = await decode(tools)(bytes);
		const detected = await detect(tools, MAX_FACES)(decoded);
		const aligned = await align(tools)(detected);
		const [embedded] = await embed(tools)([aligned]);
		return embedded as EmbeddedStage;
	} catch (error) {
		if (!(error instanceof AppError) || isOfEngine(error)) throw error;
		const reason = error.code === "NO_FACE_FOUND" ? "NO_GOOD_FACE" : "BROKEN_PHOTO";
		return { reason, message: error.message };
	}
}

function mainFaceOf({ faces, embeddings, chips, photo }: EmbeddedStage): Portrait | NoPortrait {
	const [face] = faces;
	const [embedding] = embeddings;
	const [chip] = chips;
	const issues = face?.quality.issues ?? [];
	if (!face || !embedding || !chip || issues.length > 0) {
		return {
			reason: "NO_GOOD_FACE",
			message: `Expected a face that can be seen well but found it: ${describeIssues(issues)}.`,
		};
	}
	return { embedding, box: face.box, landmarks: face.landmarks, photo, chip };
}

/** No photo's fault. */
function isOfEngine({ code }: AppError): boolean {
	return ["ENGINE_UNAVAILABLE", "SHUTTING_DOWN", "SERVER_BUSY", "OUT_OF_MEMORY"].includes(code);
}

function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
