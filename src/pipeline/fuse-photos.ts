/** Several photos of one visitor: what they agree on is a surer face than any of them. */
import { misfitRuleOf } from "../gallery/audit/misfit-rule.ts";
import { samePersonCurve } from "../resemblance/same-person.ts";
import type { Answer } from "./answer.ts";
import { align, decode, detectVisitors, EMBEDDING_BATCH, type EmbeddedStage, embed } from "./face-steps.ts";
import { type LookalikeOptions, type LookalikeTools, searchFaces } from "./find-lookalikes.ts";
import { heedSignal } from "./heed-signal.ts";
import { Pipeline } from "./pipeline.ts";

export interface FuseOptions extends LookalikeOptions {
	/** Told of each photo that does not count as it can't be decoded or has no face: its place in `files`, and why. */
	readonly onFailure?: (number: number, error: unknown) => void;
}

/** What fusing needs of a photo. */
export interface FusedFace {
	/** Unit length. */
	readonly embedding: Float32Array;
	/** See faces/face.ts. */
	readonly clarity: number;
}

/**
 * The mean of the faces that agree with the clearest one, each weighted by the square of its clarity.
 * @param faces the clearest first; at least one
 * @param leastAlike cosine from which on two photos may show one person
 * @returns the mean at unit length, and which of the faces it is of
 */
export function fuseFaces(
	faces: readonly [FusedFace, ...FusedFace[]],
	leastAlike: number,
): { embedding: Float32Array; used: readonly number[] } {
	const [clearest] = faces;
	const used = [...faces.keys()].filter(
		(i) => i === 0 || dot(clearest.embedding, (faces[i] as FusedFace).embedding) >= leastAlike,
	);
	const sum = new Float32Array(clearest.embedding.length);
	for (const i of used) {
		const { embedding, clarity } = faces[i] as FusedFace;
		for (let j = 0; j < sum.length; j++) sum[j]! += clarity * clarity * embedding[j]!;
	}
	const length = Math.hypot(...sum);
	return { embedding: sum.map((value) => value / length), used };
}

/**
 * Answers several photos of one person as if they were one: with the face of the clearest photo, looked up by all.
 * Photos without a face, or of another person than the clearest one, do not count.
 * @param files at least one
 * @throws AppError as findLookalikes, NO_FACE_FOUND only if no photo has a face
 */
export async function findFusedLookalikes(
	files: readonly Uint8Array[],
	tools: LookalikeTools,
	options: FuseOptions = {},
): Promise<Answer> {
	const heeding = { ...tools, engine: heedSignal(tools.engine, options.signal) };
	const search = searchFaces(heeding, options);
	const outcomes = Pipeline.from(files)
		.step("decode", decode(heeding, options))
		.step("detect", detectVisitors(heeding, 1))
		.step("align", align(heeding, options))
		.batch("embed", embed(heeding), { size: EMBEDDING_BATCH })
		.outcomes(options.signal);
	const timings: Record<string, number> = {};
	const stages: EmbeddedStage[] = [];
	let failure: unknown;
	let number = 0;
	for await (const outcome of outcomes) {
		for (const [name, ms] of Object.entries(outcome.timings)) timings[name] = (timings[name] ?? 0) + ms;
		if (outcome.ok) stages.push(outcome.value);
		else {
			options.onFailure?.(number, outcome.error);
			failure ??= outcome.error;
		}
		number++;
	}
	options.signal?.throwIfAborted();
	const [clearest, ...others] = stages.sort((a, b) => clarityOf(b) - clarityOf(a));
	if (!clearest) throw failure;

	const faces = [clearest, ...others].map(toFusedFace) as [FusedFace, ...FusedFace[]];
	const { doubtful } = misfitRuleOf(samePersonCurve(tools.model.pipelineVersion));
	const { embedding, used } = fuseFaces(faces, doubtful);
	const start = performance.now();
	const answer = await search({ ...clearest, embeddings: [embedding] });
	return {
		...answer,
		timings: { ...timings, search: performance.now() - start },
		fused: { numPhotos: files.length, numUsed: used.length },
	};
}

function toFusedFace(stage: EmbeddedStage): FusedFace {
	return { embedding: stage.embeddings[0] as Float32Array, clarity: clarityOf(stage) };
}

function clarityOf({ faces }: EmbeddedStage): number {
	return faces[0]?.quality.clarity ?? 0;
}

function dot(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
