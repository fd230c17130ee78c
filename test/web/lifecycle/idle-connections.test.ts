/** Connections on which nothing is said for a while, but whose answer is being worked on. */
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { createKey } from "../../../src/keys/key-file.ts";
import { IdleConnections } from "../../../src/web/lifecycle/idle-connections.ts";
import { limitConnections } from "../../../src/web/lifecycle/limit-connections.ts";
import { askGallery, starterGallery } from "../../helpers/galleries/starter-gallery.ts";
import { photoForm, startApp } from "../start-app.ts";

/** Of a connection without a byte; longer than a busy machine takes to hand a request on. */
const IDLE_MS = 1000;

it.each([1000, 30_000, 76_000, 600_000])(
	"last longer than an answer, which may take %i ms",
	(answerTimeoutMs) => {
		const server = createServer();
		limitConnections(server, { isBehindProxy: false, answerTimeoutMs, idle: new IdleConnections(server) });
		expect(server.timeout).toBeGreaterThan(answerTimeoutMs + 10_000);
	},
);

it("last for as long as a change of the gallery takes", async () => {
	const { key, known } = createKey("office", { isAdmin: true }, "2026-11-27");
	const gallery = starterGallery();
	const change = { begin: () => {}, make: () => {} };
	const isBegun = new Promise<void>((resolve) => {
		change.begin = resolve;
	});
	const isMade = new Promise<void>((resolve) => {
		change.make = resolve;
	});
	const removePerson = async () => {
		change.begin();
		await isMade;
		return { sources: [], numPhotos: 1, numPassedOver: 0, refused: [], gallery };
	};
	const unasked = () => Promise.reject(new Error("Nobody asks for this."));
	const app = await startApp({
		...{ askKeys: () => [known], askGallery },
		administration: {
			...{
				embed: unasked,
				addPerson: unasked,
				addPhotos: unasked,
				removePhoto: unasked,
				renamePerson: unasked,
			},
			...{ refresh: () => {}, noteRefused: unasked, removePerson },
		},
		findLookalikes: (_photo, { signal }) =>
			new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
	});
	onTestFinished(() => app.close());
	app.server.timeout = IDLE_MS;
	const removed = fetch(`${app.url}/api/v1/people/emma-watson`, {
		method: "DELETE",
		headers: { authorization: `Bearer ${key}` },
	});
	await isBegun;
	// asked later and cut: by then nothing was said of the change for as long
	await expect(fetch(`${app.url}/match`, { method: "POST", body: photoForm() })).rejects.toThrow();
	change.make();
	expect((await removed).status).toBe(200);
});
