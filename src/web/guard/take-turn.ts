/**
 * The way of every upload: its address may ask, the bytes arrive, a place, a turn at the engine, the answer. A place is
 * taken only when all bytes are there, so that slow uploads lock nobody out.
 */
import type { Request, Response } from "express";
import { ipKeyGenerator } from "express-rate-limit";
import { AppError } from "../../errors.ts";
import { signalOf } from "../request-context.ts";
import type { ReadyStatus, ServiceStatus } from "../service-status.ts";
import type { AddressLedger } from "./address-ledger.ts";
import type { MatchQueue } from "./match-queue.ts";

export interface TurnParts {
	readonly status: () => ServiceStatus;
	readonly queue: MatchQueue;
	readonly ledger: AddressLedger;
	/** How long an upload may wait and be worked on once it has arrived. */
	readonly answerTimeoutMs: number;
	/** Requests of one address that may be under way. */
	readonly maxPerAddress: number;
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
	const { queue, ledger, answerTimeoutMs, maxPerAddress } = parts;
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

	return async (req, res, { read, isHeavy, work }) => {
		const service = expectAnswering(parts.status());
		const address = addressOf(req);
		admit(address, res);
		const gone = signalOf(res);
		const upload = await read(req, res);
		const place = queue.enter(address);
		const deadline = new AbortController();
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
			place.leave();
		}
	};
}

/** Whom a request is from; an IPv6 address stands for the network that its owner has. */
export function addressOf(req: Request): string {
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
