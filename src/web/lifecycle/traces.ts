/**
 * Traces for a collector that speaks OTLP: a span a request, and below it one for each step of an answered photo.
 * OpenTelemetry's own packages would be 80 with 116 MB, and its instrumentation tells visitors' addresses and queries;
 * this sends what the log says, as JSON over HTTP (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP").
 */
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { TraceTarget } from "../../config/trace-settings.ts";

export interface TracedRequest {
	readonly method: string;
	/** The route and not the address. */
	readonly route: string;
	readonly status: number;
	readonly errorCode: string | undefined;
	readonly requestId: string;
	/** Milliseconds since 1970. */
	readonly startMs: number;
	readonly endMs: number;
	readonly steps: TracedSteps | undefined;
	/** W3C's header of whoever asked, if it came. */
	readonly traceparent: string | undefined;
}

/** The steps of an answer, one after the other. */
export interface TracedSteps {
	/** Milliseconds by step. */
	readonly timings: Readonly<Record<string, number>>;
	/** When the last one ended, in milliseconds since 1970. */
	readonly endMs: number;
}

type Value = string | number;

interface Span {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly name: string;
	readonly kind: number;
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
	readonly attributes: readonly object[];
	readonly status: { readonly code?: number };
}

const KIND = { internal: 1, server: 2 } as const;
const STATUS_ERROR = 2;
const FLUSH_MS = 5000;
const TIMEOUT_MS = 10_000;
/** Of a collector that does not answer, later spans are lost. */
const MAX_WAITING = 2048;
/** Version, trace, span, and flags of which the last bit says that it is recorded. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]([0-9a-f])$/;

export class Traces {
	readonly #target: TraceTarget;
	readonly #logger: Logger;
	readonly #timer: NodeJS.Timeout;
	#waiting: Span[] = [];
	#isFailing = false;

	constructor(target: TraceTarget, logger: Logger) {
		this.#target = target;
		this.#logger = logger;
		this.#timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
	}

	/** Notes a request that has ended; one that whoever asked does not record is left out. */
	note({
		method,
		route,
		status,
		errorCode,
		requestId,
		startMs,
		endMs,
		steps,
		traceparent,
	}: TracedRequest): void {
		const [, traceId = newId(16), parentSpanId, flags] = TRACEPARENT.exec(traceparent ?? "") ?? [];
		if (flags !== undefined && Number.parseInt(flags, 16) % 2 === 0) return;
		const spanId = newId(8);
		const spans: Span[] = [
			{
				...{ traceId, spanId, ...(parentSpanId && { parentSpanId }), name: `${method} ${route}` },
				...{ kind: KIND.server, ...timesOf(startMs, endMs) },
				attributes: attributesOf({
					"http.request.method": method,
					"http.route": route,
					"http.response.status_code": status,
					"request.id": requestId,
					...(errorCode && { "error.type": errorCode }),
				}),
				status: status >= 500 ? { code: STATUS_ERROR } : {},
			},
		];
		const timings = Object.entries(steps?.timings ?? {});
		let stepMs = (steps?.endMs ?? 0) - timings.reduce((sum, [, ms]) => sum + ms, 0);
		for (const [name, ms] of timings) {
			const ids = { traceId, spanId: newId(8), parentSpanId: spanId };
			const times = timesOf(stepMs, stepMs + ms);
			spans.push({ ...ids, name, kind: KIND.internal, ...times, attributes: [], status: {} });
			stepMs += ms;
		}
		if (this.#waiting.length + spans.length <= MAX_WAITING) this.#waiting.push(...spans);
	}

	/** Sends what is there; where that fails, it is lost, and the log says so once. */
	async flush(): Promise<void> {
		if (this.#waiting.length === 0) return;
		const spans = this.#waiting;
		this.#waiting = [];
		const { url, headers, resource } = this.#target;
		const scopeSpans = [{ scope: { name: "celebrity-faces" }, spans }];
		try {
			const response = await fetch(url, {
				method: "POST",
				headers: { ...headers, "Content-Type": "application/json" },
				body: JSON.stringify({
					resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans }],
				}),
				signal: AbortSignal.timeout(TIMEOUT_MS),
			});
			await response.arrayBuffer();
			if (!response.ok) throw new Error(`it answers ${response.status}`);
			this.#isFailing = false;
		} catch (error) {
			if (!this.#isFailing) this.#logger.warn(`Traces can't be sent: ${describe(error)}.`);
			this.#isFailing = true;
		}
	}

	/** Sends the last ones. */
	async close(): Promise<void> {
		clearInterval(this.#timer);
		await this.flush();
	}
}

function newId(numBytes: number): string {
	return randomBytes(numBytes).toString("hex");
}

function timesOf(startMs: number, endMs: number) {
	return { startTimeUnixNano: nanoseconds(startMs), endTimeUnixNano: nanoseconds(endMs) };
}

/** As text, as numbers of JavaScript don't reach so far. */
function nanoseconds(ms: number): string {
	return `${BigInt(Math.round(ms * 1000)) * 1000n}`;
}

function attributesOf(values: Readonly<Record<string, Value>>): object[] {
	return Object.entries(values).map(([key, value]) => ({
		key,
		value: typeof value === "number" ? { intValue: `${value}` } : { stringValue: value },
	}));
}

function describe(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return cause instanceof Error ? cause.message : String(cause);
}
