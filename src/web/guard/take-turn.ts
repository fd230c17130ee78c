/**
 * The way of every upload: its address may ask, the bytes arrive, a place, a turn at the engine, the answer. A place is
 * taken only when all bytes are there, so that slow uploads lock nobody out.
 */
import type { Request, Response } from "express";
import { AppError } from "../../errors.ts";
import { signalOf } from "../request/request-context.ts";
import type { ReadyStatus, ServiceStatus } from "../service-status.ts";
import { type Admit, addressOf } from "./admission.ts";
import type { MatchQueue } from "./match-queue.ts";
import { letGoOfUpload } from "./upload.ts";

export interface TurnParts {
	readonly status: () => ServiceStatus;
	readonly queue: MatchQueue;
	readonly admit: Admit;
	/** How long an upload may wait and be worked on once it has arrived. */
	readonly answerTimeoutMs: number;
	/** Aborts when those who still wait are told that they wait in vain. Default: never. */
	readonly ending?: AbortSignal | undefined;
}

/** What is done in a turn. */
export interface TurnSteps<Upload, Answer> {
	readonly read: (req: Request, res: Response) => Promise<Upload>;
	/** Whether the work will take seconds. */
	readonly isHeavy: (upload: Upload, signal: AbortSignal) => Promise<boolean>;
	/** It settles only when nothing of it goes on, also after the signal has aborted. */
	readonly work: (
		upload: Upload,
		context: { readonly signal: AbortSignal; readonly service: ReadyStatus },
	) => Promise<Answer>;
}

/** Reads the upload of a request and works on it when its turn has come. */
export type TakeTurn = <Upload, Answer>(
	req: Request,
	res: Response,
	steps: TurnSteps<Upload, Answer>,
) => Promise<Answer>;

export function createTakeTurn(parts: TurnParts): TakeTurn {
	const { queue, admit, answerTimeoutMs, ending } = parts;
	const underWay = new Set<AbortController>();
	ending?.addEventListener("abort", () => {
		for (const deadline of underWay) deadline.abort(shutsDown());
	});
	return async (req, res, { read, isHeavy, work }) => {
		const service = expectAnswering(parts.status());
		admit(req, res);
		const gone = signalOf(res);
		const upload = await read(req, res);
		if (ending?.aborted) throw shutsDown();
		const place = queue.enter(addressOf(req));
		const deadline = new AbortController();
		underWay.add(deadline);
		const timer = setTimeout(() => deadline.abort(tookTooLong(answerTimeoutMs)), answerTimeoutMs);
		const signal = AbortSignal.any([gone, deadline.signal]);
		const answer = () => work(upload, { signal, service });
		try {
			const light = await place.run(
				async () => ((await isHeavy(upload, signal)) ? undefined : { answered: await answer() }),
				{ signal },
			);
			return light ? light.answered : await place.run(answer, { signal, isHeavy: true });
		} finally {
			clearTimeout(timer);
			underWay.delete(deadline);
			place.leave();
			letGoOfUpload(req);
		}
	};
}

function tookTooLong(timeoutMs: number): AppError {
	return new AppError("ANSWER_TIMEOUT", `The answer was not found within ${timeoutMs / 1000} seconds.`, {
		hint: "Try again later, or with a smaller photo.",
	});
}

function shutsDown(): AppError {
	return new AppError("SHUTTING_DOWN", "The service is shutting down and takes no more photos.", {
		hint: "Try again in a few seconds.",
	});
}

function expectAnswering(status: ServiceStatus): ReadyStatus {
	if ("engine" in status) return status;
	if (status.state === "stopping") throw shutsDown();
	if (status.state === "unwell") {
		throw new AppError("ENGINE_UNAVAILABLE", "The service can't look at photos at the moment.", {
			hint: "Try again in a minute.",
		});
	}
	throw new AppError("ENGINE_UNAVAILABLE", "The service is still loading its models.", {
		hint: "Try again in a few seconds.",
	});
}
