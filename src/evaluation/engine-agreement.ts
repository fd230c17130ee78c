/** How far two engines are apart on one photo, through the whole path from its pixels to embeddings. */
import { cutChip, embedChips } from "../faces/embed-faces.ts";
import type { EmbeddingModel } from "../faces/embedding-model.ts";
import type { Face } from "../faces/face.ts";
import type { FaceEngine } from "../faces/face-engine.ts";
import { findFaces } from "../faces/find-faces.ts";
import type { RgbImage } from "../image/rgb-image.ts";

export interface EngineAgreement {
	/** Faces that each engine finds. Where they differ, the measures below are of the first ones, as many as both have. */
	readonly numFaces: readonly [number, number];
	/** Largest difference of any side of a box, as a share of the box's longer side. */
	readonly boxes: number;
	/** Largest difference of any landmark's coordinate, as a share of the box's longer side. */
	readonly landmarks: number;
	/** Largest difference of the detector's scores. */
	readonly scores: number;
	/** Least cosine of the two embeddings of one face; 1 where there is no face. */
	readonly cosine: number;
}

/** Compares face by face in the order in which the engines answer, so that another first face shows as well. */
export async function compareEngines(
	[a, b]: readonly [FaceEngine, FaceEngine],
	model: EmbeddingModel,
	photo: RgbImage,
): Promise<EngineAgreement> {
	const [facesOfA, facesOfB] = [await findFaces(a, photo), await findFaces(b, photo)];
	const [embeddingsOfA, embeddingsOfB] = [
		await embedAll(a, model, photo, facesOfA),
		await embedAll(b, model, photo, facesOfB),
	];
	let [boxes, landmarks, scores, cosine] = [0, 0, 0, 1];
	for (const [i, other] of facesOfB.slice(0, facesOfA.length).entries()) {
		const face = facesOfA[i]!;
		const side = Math.max(face.box.width, face.box.height);
		boxes = Math.max(boxes, largestDifference(sidesOf(face), sidesOf(other)) / side);
		landmarks = Math.max(landmarks, largestDifference(face.landmarks, other.landmarks) / side);
		scores = Math.max(scores, Math.abs(face.score - other.score));
		cosine = Math.min(cosine, dot(embeddingsOfA[i]!, embeddingsOfB[i]!));
	}
	return { numFaces: [facesOfA.length, facesOfB.length], boxes, landmarks, scores, cosine };
}

async function embedAll(
	engine: FaceEngine,
	model: EmbeddingModel,
	photo: RgbImage,
	faces: readonly Face[],
): Promise<Float32Array[]> {
	const chips = faces.map((face) => cutChip(model, photo, face));
	return (await embedChips(engine, model, chips)).map(({ embedding }) => embedding);
}

function sidesOf({ box: { x, y, width, height } }: Face): number[] {
	return [x, y, x + width, y + height];
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
	return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

function dot(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
