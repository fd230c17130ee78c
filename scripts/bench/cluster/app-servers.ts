/** The built server, twice, on the ports that nginx knows, and those who ask it through nginx. */
import { once } from "node:events";
import { request } from "node:http";
import { MeasuredServer } from "../load/measured-server.ts";
import { formOf } from "../load/visitors.ts";

const NO_LIMITS = {
	RATE_LIMIT_PER_MINUTE: "0",
	WORK_SECONDS_PER_MINUTE: "0",
	MAX_PER_ADDRESS: "100",
	TRUST_PROXY: "1",
	// beside other work an answer takes longer, and what is looked for here is something else
	ANSWER_TIMEOUT_S: "120",
};

/** One of the app servers, on the port that nginx knows; it ends with this process at the latest. */
export async function startApp(
	port: string,
	gallery: string,
	settings: Record<string, string> = {},
): Promise<MeasuredServer> {
	const app = await MeasuredServer.start({ ...NO_LIMITS, PORT: port, GALLERY: gallery, ...settings });
	process.once("exit", () => app.process.kill("SIGKILL"));
	return app;
}

/** The machine is gone: nothing is finished, nobody is told. */
export async function kill({ process: app }: MeasuredServer): Promise<void> {
	const ended = once(app, "exit");
	app.kill("SIGKILL");
	await ended;
}

export interface Answer {
	/** 0 for a broken connection. */
	readonly status: number;
	/** Ports of the app servers that nginx asked for it, in turn. */
	readonly askedPorts: readonly string[];
	readonly ms: number;
	readonly text: string;
}

/** Sends a photo through nginx, or asks for a page. */
export function ask(port: string, { photo, path }: { photo?: Uint8Array; path: string }): Promise<Answer> {
	const startMs = performance.now();
	const form = photo && formOf(photo);
	return new Promise((resolve) => {
		const pieces: Buffer[] = [];
		const end = (status: number, askedPorts: string[] = []) =>
			resolve({
				...{ status, askedPorts, ms: performance.now() - startMs },
				text: Buffer.concat(pieces).toString(),
			});
		const headers = form && {
			"Content-Type": "multipart/form-data; boundary=bench",
			"Content-Length": form.byteLength,
		};
		const options = { port, path, host: "127.0.0.1", agent: false, method: form ? "POST" : "GET" };
		const asked = request({ ...options, ...(headers && { headers }) }, (response) => {
			const servedBy = String(response.headers["x-served-by"] ?? "");
			response.on("data", (piece) => pieces.push(piece));
			response.on("error", () => end(0));
			response.on("end", () =>
				end(
					response.statusCode ?? 0,
					[...servedBy.matchAll(/:(\d+)/g)].map((found) => found[1]!),
				),
			);
		});
		asked.on("error", () => end(0));
		asked.end(form);
	});
}

/** Clients who ask again as soon as they are answered, until they are told to stop. */
export class Load {
	readonly answers: Answer[] = [];
	readonly #port: string;
	#isOver = false;
	#clients: Promise<void>[] = [];

	constructor(port: string) {
		this.#port = port;
	}

	/** Further clients. */
	start(numClients: number, question: Parameters<typeof ask>[1]): void {
		const clients = Array.from({ length: numClients }, async () => {
			while (!this.#isOver) this.answers.push(await ask(this.#port, question));
		});
		this.#clients.push(...clients);
	}

	/** Until so many more are answered. */
	async awaitAnswers(numMore: number): Promise<void> {
		const wanted = this.answers.length + numMore;
		await until(() => this.answers.length >= wanted);
	}

	/** Lets everybody have their answer. */
	async stop(): Promise<readonly Answer[]> {
		this.#isOver = true;
		await Promise.all(this.#clients);
		return this.answers;
	}
}

/** Whom a photo's first face was said to look like, best first; nobody where it was not answered. */
export function namesOf({ status, text }: Answer): string[] {
	if (status !== 200) return [];
	const [face] = JSON.parse(text).faces;
	return face.matches.map(({ name }: { name: string }) => name);
}

/** Says whether it is so; where it is not, the process fails in the end. */
export function expect(isSo: boolean, what: string): void {
	console.log(`${isSo ? "ok" : "NOT SO"}: ${what}`);
	if (!isSo) process.exitCode = 1;
}

/** How often each status, e.g. "200: 412, 502: 2". */
export function tellStatuses(answers: readonly Answer[]): string {
	const counts = new Map<number, number>();
	for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
	return [...counts]
		.sort(([a], [b]) => a - b)
		.map(([status, number]) => `${status}: ${number}`)
		.join(", ");
}

/** Asks until it is so. @throws Error after ten minutes */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (const endMs = performance.now() + 600_000; !(await isSo()); ) {
		if (performance.now() > endMs) throw new Error(`Waited ten minutes for ${isSo}.`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
