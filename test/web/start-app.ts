/** Serves the application on a free port of this machine, with fakes for everything behind it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { type AppParts, createApp, type WebSettings } from "../../src/web/app.ts";
import { answerInTurn } from "../../src/web/lifecycle/answer-in-turn.ts";
import { heedExpectations } from "../../src/web/lifecycle/expect-continue.ts";
import { keepHalfClosed } from "../../src/web/lifecycle/half-closed.ts";
import type { ReadyStatus } from "../../src/web/service-status.ts";
import { fakeAnswer } from "./fake-answer.ts";

export const FAKE_STATUS: ReadyStatus = {
	state: "ready",
	engine: { name: "onnx", description: "onnxruntime-node 1.30.0 (CPU)" },
	gallery: { name: "starter", numPeople: 1673, numPhotos: 6220, pipelineVersion: "fake-1" },
	versions: { app: "0.1.0", node: "20.20.2" },
};

export interface RunningApp {
	readonly url: string;
	readonly server: Server;
	/** Everything that was logged, one JSON object a line. */
	readonly log: string[];
	close(): Promise<void>;
}

export type FakeParts = Partial<Omit<AppParts, "settings">> & { readonly settings?: Partial<WebSettings> };

export async function startApp(parts: FakeParts = {}): Promise<RunningApp> {
	const log: string[] = [];
	const app = createApp({
		findLookalikes: async (_bytes, { k, exact }) => fakeAnswer({ k, exact }),
		isHeavy: async () => false,
		status: () => FAKE_STATUS,
		logger: pino({ level: "trace" }, { write: (line: string) => void log.push(line) }),
		...parts,
		settings: {
			maxUploadBytes: 1_000_000,
			maxActive: 1,
			maxQueued: 2,
			rateLimitPerMinute: 0,
			maxWorkMsPerMinute: 0,
			maxPerAddress: 100,
			hasStatusPage: true,
			answerTimeoutMs: 600_000,
			numTrustedProxies: 0,
			wikipediaPictures: true,
			...parts.settings,
		},
	});
	const answer = answerInTurn(app);
	const server = createServer(answer);
	heedExpectations(server, answer);
	keepHalfClosed(server, { isBehindProxy: false });
	server.listen(0, "127.0.0.1");
	// on a busy machine a test may ask again over a connection that the server is about to close
	server.keepAliveTimeout = 600_000;
	await new Promise<void>((resolve) => server.once("listening", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		server,
		log,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

/** A form with one file in the field `photo`. */
export function photoForm(fields: Record<string, string> = {}, fileName = "me.jpg"): FormData {
	const form = new FormData();
	form.set("photo", new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], { type: "image/jpeg" }), fileName);
	for (const [name, value] of Object.entries(fields)) form.set(name, value);
	return form;
}

/** What the API says of a failure. */
export async function errorOf(response: Response): Promise<Record<string, string | null>> {
	const { error } = (await response.json()) as { error: Record<string, string | null> };
	return error;
}
