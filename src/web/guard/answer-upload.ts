/**
 * The way of every photo: its address may ask, the upload arrives, a place, a turn at the engine, the answer. A place
 * is taken only when all bytes are there, so that slow uploads lock nobody out.
 */
import type { Request, Response } from "express";
import { ipKeyGenerator } from "express-rate-limit";
import { AppError } from "../../errors.ts";
import type { Answer } from "../../pipeline/answer.ts";
import type { Metrics } from "../lifecycle/metrics.ts";
import { signalOf } from "../request-context.ts";
import type { ReadyStatus, ServiceStatus } from "../service-status.ts";
import type { AddressLedger } from "./address-ledger.ts";
import type { MatchQueue } from "./match-queue.ts";
import type { Upload } from "./upload.ts";

export interface MatchOptions {
	/** People per face. */
	readonly k: number;
	/** Whether the exact search answers too. */
	readonly exact: boolean;
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
	readonly status: () => ServiceStatus;
	readonly queue: MatchQueue;
	readonly ledger: AddressLedger;
	readonly metrics: Metrics;
	readonly readUpload: (req: Request, res: Response) => Promise<Upload>;
	/** How long a photo may wait and be worked on once it has arrived. */
	readonly answerTimeoutMs: number;
	/** Requests of one address that may be under way. */
	readonly maxPerAddress: number;
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

export function createAnswerUpload(parts: AnswerUploadParts): AnswerUpload {
	const { queue, ledger, metrics, answerTimeoutMs, maxPerAddress } = parts;
	const numUnderWay = new Map<string, number>();

	const admit = (address: string, res: Response) => {
		const waitS = ledger.waitS(address);
		if (waitS > 0) {
			res.set("Retry-After", `${waitS}`);
			throw new AppError("TOO_MANY_REQUESTS", "The photos from your address have taken a lot of work.", {
				hint: `Try again in ${waitS} seconds.`,
			});
		}
		const count = numUnderWay.get(address) ?? 0;
		if (count >= maxPerAddress) {
			res.set("Retry-After", `${queue.retryAfterS}`);
			throw new AppError(
				"TOO_MANY_REQUESTS",
				`Expected at most ${maxPerAddress} photos at a time from one address.`,
				{ hint: "Wait for the answers to those that were sent." },
			);
		}
		numUnderWay.set(address, count + 1);
		// also an answer that is read slowly is under way
		res.once("close", () => {
			const left = (numUnderWay.get(address) ?? 1) - 1;
			if (left > 0) numUnderWay.set(address, left);
			else numUnderWay.delete(address);
		});
	};

	return async (req, res, present) => {
		const service = expectAnswering(parts.status());
		const address = addressOf(req);
		admit(address, res);
		const gone = signalOf(res);
		const { bytes, k, exact } = await parts.readUpload(req, res);
		const place = queue.enter(address);
		const deadline = new AbortController();
		const timer = setTimeout(() => deadline.abort(tookTooLong(answerTimeoutMs)), answerTimeoutMs);
		const signal = AbortSignal.any([gone, deadline.signal]);
		const answer = async () => {
			const options = { k, exact, signal };
			const found = await parts.findLookalikes(bytes, options);
			metrics.observeAnswer(found.timings);
			return await present({ answer: found, exact, service });
		};
		try {
			const light = await place.run(
				async () => ((await parts.isHeavy(bytes, signal)) ? undefined : { answered: await answer() }),
				{ signal },
			);
			return light ? light.answered : await place.run(answer, { signal, isHeavy: true });
		} finally {
			clearTimeout(timer);
			place.leave();
		}
	};
}

/** Whom a request is from; an IPv6 address stands for the network that its owner has. */
function addressOf(req: Request): string {
	return ipKeyGenerator(req.ip ?? "");
}

function tookTooLong(timeoutMs: number): AppError {
	return new AppError("ANSWER_TIMEOUT", `The answer was not found within ${timeoutMs / 1000} seconds.`, {
		hint: "Try again later, or with a smaller photo.",
	});
}

function expectAnswering(status: ServiceStatus): ReadyStatus {
	if ("engine" in status) return status;
	if (status.state === "stopping") {
		throw new AppError("SHUTTING_DOWN", "The service is shutting down and takes no more photos.", {
			hint: "Try again in a few seconds.",
		});
	}
	if (status.state === "unwell") {
		throw new AppError("ENGINE_UNAVAILABLE", "The service can't look at photos at the moment.", {
			hint: "Try again in a minute.",
		});
	}
	throw new AppError("ENGINE_UNAVAILABLE", "The service is still loading its models.", {
		hint: "Try again in a few seconds.",
	});
}
