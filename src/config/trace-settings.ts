/** OpenTelemetry's own variables, as far as they are heeded (opentelemetry.io/docs/specs/otel/protocol/exporter). */
import { z } from "zod";

const ADDRESS = z.url({ protocol: /^https?$/ }).optional();

/** "name=value" separated by commas, values percent-encoded. */
const PAIRS = z
	.string()
	.default("")
	.transform((text) => [...text.matchAll(/\s*([^=,\s]+)\s*=\s*([^,]*)/g)])
	.transform((pairs) => Object.fromEntries(pairs.map(([, name, value]) => [name, decode(value ?? "")])));

/** Part of the program's settings. */
export const TRACE_SETTINGS = {
	/** A collector for OTLP over HTTP, e.g. http://localhost:4318. */
	OTEL_EXPORTER_OTLP_ENDPOINT: ADDRESS,
	/** Its full address for traces, where that is another one. */
	OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ADDRESS,
	OTEL_EXPORTER_OTLP_HEADERS: PAIRS,
	OTEL_SERVICE_NAME: z.string().optional(),
	OTEL_RESOURCE_ATTRIBUTES: PAIRS,
	/** "true" turns traces off, wherever they would be sent. */
	OTEL_SDK_DISABLED: z.string().default("false"),
};

/** Where traces are sent, and what they are of. */
export interface TraceTarget {
	/** E.g. http://localhost:4318/v1/traces. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** E.g. service.name. */
	readonly resource: Readonly<Record<string, string>>;
}

/** @returns undefined where nothing is to be sent */
export function traceTargetOf(
	settings: z.output<z.ZodObject<typeof TRACE_SETTINGS>>,
	version: string,
): TraceTarget | undefined {
	const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, "");
	const url = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (endpoint && `${endpoint}/v1/traces`);
	if (!url || settings.OTEL_SDK_DISABLED.toLowerCase() === "true") return undefined;
	const named = settings.OTEL_RESOURCE_ATTRIBUTES;
	const name = settings.OTEL_SERVICE_NAME ?? named["service.name"] ?? "celebrity-faces";
	const resource = { ...named, "service.name": name, "service.version": version };
	return Object.freeze({ url, headers: settings.OTEL_EXPORTER_OTLP_HEADERS, resource });
}

/** As it stands where it is not percent-encoded right. */
function decode(text: string): string {
	try {
		return decodeURIComponent(text.trim());
	} catch {
		return text.trim();
	}
}
