/** What unkind visitors do: each attack goes on until its signal aborts, from one address. */
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../../src/search/random.ts";
import { ask, dawdle, post, type Target } from "./visitors.ts";

/** What each attacker was answered: how often which status; 0 where the connection broke or was closed. */
export type Tally = Map<number, number>;

/** What attackers send. */
export interface Ammunition {
	/** A form with an ordinary photo. */
	readonly photo: Buffer;
	/** Forms with small files that take gigabytes or seconds. */
	readonly bombs: readonly Buffer[];
	readonly random: Random;
}

export type Attack = (target: Target, address: string, signal: AbortSignal, tally: Tally) => Promise<void>;

const SLOW_HEADERS = "POST /match HTTP/1.1\r\nHost: x\r\nX-Slow: ";
const SLOW_BODY =
	"POST /match HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n--x\r\n";
/** Half of a photo of 10 MB: whoever is refused has sent it all the same. */
const HALF_PHOTO = Buffer.concat([
	Buffer.from(
		'POST /match HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 10000000\r\n\r\n--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\nContent-Type: image/jpeg\r\n\r\n',
	),
	Buffer.alloc(5_000_000, 1),
]);
/** Pages that visitors look at between answers. */
const PAGES = ["/", "/people", "/people?q=ann", "/map", "/compare", "/card.png", "/status"];

export function attacksWith({ photo, bombs, random }: Ammunition): Readonly<Record<string, Attack>> {
	const anyBomb = () => bombs[random.below(bombs.length)] as Buffer;
	const tenfold: Attack = (target, address, signal, tally) =>
		inParallel(10, signal, async () => count(tally, (await post(target, photo, address, signal)).status));
	const hangUps =
		(form: () => Buffer): Attack =>
		(target, address, signal, tally) =>
			inParallel(6, signal, async () => {
				const gone = AbortSignal.any([signal, AbortSignal.timeout(random.below(2000))]);
				count(tally, (await post(target, form(), address, gone)).status);
			});
	const bombing: Attack = (target, address, signal, tally) =>
		inParallel(2, signal, async () => count(tally, (await post(target, anyBomb(), address, signal)).status));
	const browsing: Attack = (target, address, signal, tally) =>
		inParallel(4, signal, async () => {
			const page = PAGES[random.below(PAGES.length)] as string;
			count(tally, await ask(target, page, address, signal));
		});
	const mixed = [tenfold, hangUps(anyBomb), bombing, browsing];
	return {
		"ten times as many photos as it can answer": tenfold,
		"photos whose senders hang up, at every stage": hangUps(() => photo),
		"bombs whose senders hang up, at every stage": hangUps(anyBomb),
		"slow headers, 150 connections each": (target, address, signal, tally) =>
			keepOpen(150, signal, tally, () => dawdle(target, address, SLOW_HEADERS)),
		"slow bodies, 30 each": (target, address, signal, tally) =>
			keepOpen(30, signal, tally, () => dawdle(target, address, SLOW_BODY)),
		"half photos of 10 MB, 90 connections each": (target, address, signal, tally) =>
			keepOpen(90, signal, tally, () => dawdle(target, address, HALF_PHOTO)),
		"bombs, two at a time each": bombing,
		"pages, four at a time each": browsing,
		"all of it mixed": async (target, address, signal, tally) => {
			await Promise.all(mixed.map((attack) => attack(target, address, signal, tally)));
		},
	};
}

/** "200: 31, 429: 120, closed: 4" */
export function tellTally(tally: Tally): string {
	const sorted = [...tally].sort(([a], [b]) => a - b);
	return sorted.map(([status, times]) => `${status === 0 ? "closed" : status}: ${times}`).join(", ") || "–";
}

function count(tally: Tally, status: number): void {
	tally.set(status, (tally.get(status) ?? 0) + 1);
}

async function inParallel(numAtOnce: number, signal: AbortSignal, attack: () => Promise<void>) {
	await Promise.all(
		Array.from({ length: numAtOnce }, async () => {
			while (!signal.aborted) {
				await attack();
				await wait(20);
			}
		}),
	);
}

async function keepOpen(
	numOpen: number,
	signal: AbortSignal,
	tally: Tally,
	open: () => ReturnType<typeof dawdle>,
) {
	const sockets = new Set<ReturnType<typeof dawdle>>();
	while (!signal.aborted) {
		while (sockets.size < numOpen) {
			const socket = open();
			sockets.add(socket);
			let status = 0;
			socket.on("data", (chunk: Buffer) => {
				status = Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString("latin1"))?.[1] ?? status);
			});
			socket.on("close", () => {
				sockets.delete(socket);
				if (!signal.aborted) count(tally, status);
			});
		}
		await wait(100);
	}
	for (const socket of sockets) socket.destroy();
}
