/** From any error to an answer: status, JSON for programs, a page with a usable form for people. */
import type { ErrorRequestHandler, Request } from "express";
import type { Logger } from "pino";
import { AppError, type ErrorCode } from "../errors.ts";
import { isOutOfMemory, outOfMemory } from "../out-of-memory.ts";
import { STATUS_OF_CODE } from "./error-statuses.ts";
import { AddressLedger } from "./guard/address-ledger.ts";
import { addressOf } from "./guard/admission.ts";
import { type Visit, visitOf } from "./request/visit.ts";
import { sendPage } from "./texts/choose-language.ts";

/** What is told of an error; bugs are told without their message. */
export interface ErrorReport {
	readonly status: number;
	readonly code: ErrorCode | "INTERNAL_ERROR";
	readonly message: string;
	/** What to do next. */
	readonly hint: string | undefined;
	/** Which of several photos it is about, from 1. */
	readonly photo?: number | undefined;
	readonly requestId: string;
}

export interface ErrorHandlerParts {
	readonly logger: Logger;
	readonly renderErrorPage: (report: ErrorReport, visit: Visit) => Promise<string>;
	/** Says the same in a few lines, for addresses that cause one error after the other. */
	readonly sayError: (report: ErrorReport, visit: Visit) => string;
	/** Whole seconds after which the next try should do better; said with every 503. */
	readonly retryAfterS: () => number;
}

/** Of making error pages, a minute and address: some hundred pages, and then lines, which take next to nothing. */
const ERROR_PAGE_MS_PER_MINUTE = 1000;
/** Whoever reads the log need not read of every request that the memory has run out. */
const MEMORY_LOG_MS = 60_000;
/** What is changed by somebody else mostly can be changed again after as long. */
const LOCKED_RETRY_S = 5;

/** Express's last middleware. API paths and clients that don't take HTML get JSON. */
export function createErrorHandler({
	logger,
	renderErrorPage,
	sayError,
	retryAfterS,
}: ErrorHandlerParts): ErrorRequestHandler {
	const ledger = new AddressLedger(ERROR_PAGE_MS_PER_MINUTE);
	const tellOfMemory = atMostEvery(MEMORY_LOG_MS, (err: unknown) =>
		logger.error({ err }, "The memory has run out: requests are refused with 503."),
	);
	return async (error: unknown, req, res, next) => {
		// nobody is there to be told; nothing went wrong on our side
		if (res.destroyed || req.socket.destroyed) return;
		if (res.headersSent) {
			next(error);
			return;
		}
		const report = reportOf(error, res.locals.requestId ?? "");
		if (report.code === "OUT_OF_MEMORY") tellOfMemory(error);
		else if (report.status >= 500 && report.status !== 503) {
			logger.error({ err: error, requestId: report.requestId }, "request failed");
		}
		res.locals.errorCode = report.code;
		res.status(report.status).set("Cache-Control", "no-store").vary("Accept");
		if (report.status === 503 && !res.hasHeader("Retry-After")) res.set("Retry-After", `${retryAfterS()}`);
		if (report.status === 423) res.set("Retry-After", `${LOCKED_RETRY_S}`);
		if (wantsJson(req)) {
			const { code, message, hint, requestId } = report;
			res.json({ error: { code, message, hint: hint ?? null, requestId } });
			return;
		}
		// files are sent before it is known in which language a visitor is spoken to
		if (res.locals.texts === undefined) {
			res.type("text").send(`${report.message}\n`);
			return;
		}
		const address = addressOf(req);
		if (ledger.waitS(address) > 0) {
			res.type("text").send(sayError(report, visitOf(res)));
			return;
		}
		const start = performance.now();
		const page = await renderErrorPage(report, visitOf(res));
		ledger.charge(address, performance.now() - start);
		sendPage(res, page);
	};
}

function atMostEvery<T>(ms: number, act: (of: T) => void): (of: T) => void {
	let nextMs = 0;
	return (of) => {
		if (performance.now() < nextMs) return;
		nextMs = performance.now() + ms;
		act(of);
	};
}

function reportOf(thrown: unknown, requestId: string): ErrorReport {
	const error = isOutOfMemory(thrown) ? outOfMemory(thrown) : thrown;
	if (error instanceof AppError) {
		const { code, message, hint, photo } = error;
		const status = STATUS_OF_CODE.get(code);
		if (status !== undefined) return { status, code, message, hint, photo, requestId };
	} else if (isRequestFault(error)) {
		return {
			status: error.status,
			code: "INVALID_REQUEST",
			message: "The request's address or headers can't be understood.",
			hint: "Start again from the first page.",
			requestId,
		};
	}
	return {
		status: 500,
		code: "INTERNAL_ERROR",
		message: "Something went wrong on our side; the photo is not to blame.",
		hint: "Try again; if it happens again, tell whoever runs this site the request id.",
		requestId,
	};
}

/** Express's own errors about a request, e.g. a path with a broken percent sign, carry a 4xx status. */
function isRequestFault(error: unknown): error is Error & { status: number } {
	if (!(error instanceof Error) || !("status" in error)) return false;
	return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

function wantsJson(req: Request): boolean {
	return req.path.startsWith("/api/") || req.accepts(["html", "json"]) === "json";
}
