/** Traces as a collector gets them: a server on a port of its own stands in for it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { TraceTarget } from "../../src/config/trace-settings.ts";
import { Traces } from "../../src/web/lifecycle/traces.ts";
import { photoForm, type RunningApp, startApp } from "./start-app.ts";

interface Sent {
	readonly url: string | undefined;
	readonly headers: NodeJS.Dict<string | string[]>;
	readonly text: string;
}

let collector: Server;
let app: RunningApp | undefined;
const sent: Sent[] = [];
const logged: string[] = [];

async function startCollector(status = 200): Promise<string> {
	sent.length = 0;
	logged.length = 0;
	collector = createServer((req, res) => {
		let text = "";
		req.on("data", (chunk) => {
			text += chunk;
		});
		req.on("end", () => {
			sent.push({ url: req.url, headers: req.headers, text });
			res.writeHead(status).end("{}");
		});
	});
	await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
	return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
}
afterEach(async () => {
	await app?.close();
	collector.closeAllConnections();
	await new Promise((resolve) => collector.close(resolve));
});

function tracesTo(endpoint: string): Traces {
	const environment = {
		OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/`,
		OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b,other=c",
		OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
	};
	const { traces } = readConfig({}, environment);
	return new Traces(traces as TraceTarget, pino({}, { write: (line: string) => void logged.push(line) }));
}

const spansOf = ({ text }: Sent) => JSON.parse(text).resourceSpans[0].scopeSpans[0].spans;
const waitForSpans = async (traces: Traces, count: number) => {
	const spans = [];
	while (spans.length < count) {
		await traces.flush();
		for (const one of sent.splice(0)) spans.push(...spansOf(one));
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	return spans;
};

describe("traces", () => {
	it("have a span for each request and for each step of its answer, and nothing of who asked", async () => {
		const traces = tracesTo(await startCollector());
		app = await startApp({ traces });
		const [traceId, parentSpanId] = ["a".repeat(32), "b".repeat(16)];
		await fetch(`${app.url}/api/v1/match?secret=hidden`, {
			method: "POST",
			body: photoForm({}, "secret-holiday.jpg"),
			headers: { traceparent: `00-${traceId}-${parentSpanId}-01`, "user-agent": "secret-agent" },
		});
		await expect
			.poll(async () => {
				await traces.flush();
				return sent.length;
			})
			.toBe(1);
		const [first] = sent as [Sent];
		expect(first.url).toBe("/v1/traces");
		expect(first.headers).toMatchObject({ "content-type": "application/json", "x-key": "a b", other: "c" });
		const { resource } = JSON.parse(first.text).resourceSpans[0];
		expect(resource.attributes).toContainEqual({
			key: "service.name",
			value: { stringValue: "celebrity-faces" },
		});
		expect(resource.attributes).toContainEqual({
			key: "deployment.environment",
			value: { stringValue: "test" },
		});
		const [request, ...steps] = spansOf(first);
		expect(request).toMatchObject({ traceId, parentSpanId, name: "POST /api/v1/match", kind: 2, status: {} });
		expect(request.attributes).toContainEqual({
			key: "http.response.status_code",
			value: { intValue: "200" },
		});
		expect(steps.length).toBeGreaterThan(2);
		for (const step of steps) {
			expect(step).toMatchObject({ traceId, parentSpanId: request.spanId, kind: 1 });
			expect(BigInt(step.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(step.startTimeUnixNano));
		}
		for (const secret of ["secret", "hidden", "127.0.0.1", "::1"]) expect(first.text).not.toContain(secret);
	});

	it("leave out health checks, and what whoever asked does not record", async () => {
		const traces = tracesTo(await startCollector());
		app = await startApp({ traces });
		await fetch(`${app.url}/healthz`);
		await fetch(`${app.url}/privacy`, {
			headers: { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-00` },
		});
		await fetch(`${app.url}/nothing-there`, { headers: { traceparent: "nonsense" } });
		const [span] = await waitForSpans(traces, 1);
		expect(span.name).toBe("GET unknown");
		expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
		expect(span.attributes).toContainEqual({ key: "error.type", value: { stringValue: "NOT_FOUND" } });
	});

	it("are named on the privacy page where they are sent", async () => {
		const traces = tracesTo(await startCollector());
		app = await startApp({ traces });
		expect(await (await fetch(`${app.url}/privacy`)).text()).toContain("collects such times");
		await app.close();
		app = await startApp();
		expect(await (await fetch(`${app.url}/privacy`)).text()).not.toContain("collects such times");
	});

	it("are lost where the collector fails, which is said once", async () => {
		const traces = tracesTo(await startCollector(500));
		app = await startApp({ traces });
		for (let i = 1; i <= 2; i++) {
			await fetch(`${app.url}/privacy`);
			await waitForSpans(traces, 1);
		}
		expect(logged.map((line) => JSON.parse(line).msg)).toEqual(["Traces can't be sent: it answers 500."]);
		await traces.close();
	});

	it("are sent nowhere unless somebody says where", () => {
		expect(readConfig({}, {}).traces).toBeUndefined();
		const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
		expect(readConfig({}, { ...endpoint, OTEL_SDK_DISABLED: "true" }).traces).toBeUndefined();
		const full = { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1/x" };
		expect(readConfig({}, full).traces?.url).toBe("http://127.0.0.1/x");
		expect(() => readConfig({}, { OTEL_EXPORTER_OTLP_ENDPOINT: "somewhere" })).toThrow(
			expect.objectContaining({ code: "INVALID_SETTING" }),
		);
	});
});
