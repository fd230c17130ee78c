/** Answers an uploaded photo with the lookalikes of its faces. */
import type { Request, Response } from "express";
import type { Answer } from "../../pipeline/answer.ts";
import type { Metrics } from "../lifecycle/metrics.ts";
import { noteSteps } from "../request/request-context.ts";
import type { ReadyStatus } from "../service-status.ts";
import type { TakeTurn } from "./take-turn.ts";
import type { Upload } from "./upload.ts";

export interface MatchOptions {
	/** People per face. */
	readonly k: number;
	/** Whether the exact search answers too. */
	readonly exact: boolean;
	/** Further photos of the same person, to be answered as one. */
	readonly furtherPhotos: readonly Uint8Array[];
	/** The one face to answer, what the LSH is to find, and parts of the gallery; see pipeline/find-lookalikes.ts. */
	readonly face?: number | undefined;
	readonly recall?: number | undefined;
	readonly collections?: readonly string[];
	/** Aborts when the visitor goes away, and when the answer takes too long. */
	readonly signal: AbortSignal;
}

/**
 * Answers one photo's file; see pipeline/find-lookalikes.ts. It settles only when no work for the photo goes on, also
 * after the signal has aborted.
 */
export type FindLookalikes = (bytes: Uint8Array, options: MatchOptions) => Promise<Answer>;

/** Whether a photo will take seconds, told by its header alone. */
export type IsHeavy = (bytes: Uint8Array, signal: AbortSignal) => Promise<boolean>;

export interface AnswerUploadParts {
	readonly findLookalikes: FindLookalikes;
	readonly isHeavy: IsHeavy;
	readonly metrics: Metrics;
	readonly takeTurn: TakeTurn;
	readonly readUpload: (req: Request, res: Response) => Promise<Upload>;
}

export interface AnsweredUpload {
	readonly answer: Answer;
	readonly exact: boolean;
	/** The service that gave the answer. */
	readonly service: ReadyStatus;
}

/** Answers the photo of a request, and presents the answer while it still has its turn. */
export type AnswerUpload = <T>(
	req: Request,
	res: Response,
	present: (answered: AnsweredUpload) => T | Promise<T>,
) => Promise<T>;

export function createAnswerUpload({
	findLookalikes,
	isHeavy,
	metrics,
	takeTurn,
	readUpload,
}: AnswerUploadParts): AnswerUpload {
	return (req, res, present) =>
		takeTurn(req, res, {
			read: readUpload,
			// several photos are several photos' work
			isHeavy: async ({ bytes, furtherPhotos }, signal) =>
				furtherPhotos.length > 0 || (await isHeavy(bytes, signal)),
			work: async ({ bytes, furtherPhotos, k, exact }, { signal, service }) => {
				const answer = await findLookalikes(bytes, { k, exact, furtherPhotos, signal });
				metrics.observeAnswer(answer.timings);
				noteSteps(res, answer.timings);
				return present({ answer, exact, service });
			},
		});
}
