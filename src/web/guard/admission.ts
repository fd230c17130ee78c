/** Who may ask for work: an address that has not cost too much of late, and has not too much under way already. */
import type { Request, RequestHandler, Response } from "express";
import { AppError } from "../../errors.ts";
import type { AddressLedger } from "./address-ledger.ts";
import { networkOf } from "./network-of.ts";

/** No page is more work; what takes longer has waited for others. */
const MOST_PAGE_MS = 250;

export interface AdmissionParts {
	readonly ledger: AddressLedger;
	/** Requests of one address that may be under way. */
	readonly maxPerAddress: number;
	/** Whole seconds after which one of them should have its answer. */
	readonly retryAfterS: () => number;
}

/**
 * Counts a request as under way until it is answered, also where the answer is read slowly.
 * It throws AppError TOO_MANY_REQUESTS where the address may not ask now.
 */
export type Admit = (req: Request, res: Response) => void;

export function createAdmission({ ledger, maxPerAddress, retryAfterS }: AdmissionParts): Admit {
	const numUnderWay = new Map<string, number>();
	return (req, res) => {
		const address = addressOf(req);
		expectPaid(address, ledger, res);
		const count = numUnderWay.get(address) ?? 0;
		if (count >= maxPerAddress) {
			res.set("Retry-After", `${retryAfterS()}`);
			throw new AppError(
				"TOO_MANY_REQUESTS",
				`Expected at most ${maxPerAddress} photos at a time from one address.`,
				{ hint: "Wait for the answers to those that were sent." },
			);
		}
		numUnderWay.set(address, count + 1);
		res.once("close", () => {
			const left = (numUnderWay.get(address) ?? 1) - 1;
			if (left > 0) numUnderWay.set(address, left);
			else numUnderWay.delete(address);
		});
	};
}

/** For pages: what they take to be made is charged to the address, which is refused while it owes too much. */
export function createCostLimit(ledger: AddressLedger): RequestHandler {
	return (req, res, next) => {
		const address = addressOf(req);
		expectPaid(address, ledger, res);
		const start = performance.now();
		const charge = () => {
			res.off("prefinish", charge).off("close", charge);
			ledger.charge(address, Math.min(MOST_PAGE_MS, performance.now() - start));
		};
		// the latter where it is made but hardly read
		res.once("prefinish", charge).once("close", charge);
		next();
	};
}

/** Whom a request is from, as the proxy says where one is trusted; see network-of.ts. */
export function addressOf(req: Request): string {
	return networkOf(req.ip);
}

function expectPaid(address: string, ledger: AddressLedger, res: Response): void {
	const waitS = ledger.waitS(address);
	if (waitS === 0) return;
	res.set("Retry-After", `${waitS}`);
	throw new AppError("TOO_MANY_REQUESTS", "The requests from your address have taken a lot of work.", {
		hint: `Try again in ${waitS} seconds.`,
	});
}
