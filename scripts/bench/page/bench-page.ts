/**
 * `npm run bench:page`: what the first page weighs, when it can be seen on a slow line, and how long after the engine
 * an answer is, and what the page's own thread computes for it. The built server with the starter gallery, in a real Chromium.
 */
import { loadavg } from "node:os";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { openBrowser } from "../../../test/browser/helpers/open-browser.ts";
import { samplePhotoFile } from "../../../test/helpers/sample-photos.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { MeasuredServer } from "../load/measured-server.ts";

const ROUNDS = 7;
const ANSWERS = 18;
/** Lighthouse's "slow 4G": 1.6 Mbit/s down, 0.75 up, 150 ms to and fro. */
const LINE = { offline: false, downloadThroughput: 200_000, uploadThroughput: 93_750, latency: 150 };
const VIEWS = {
	phone: { viewport: { width: 390, height: 844 } },
	desk: { viewport: { width: 1280, height: 900 } },
} as const;

/** Resolves with milliseconds since the navigation began. */
const LARGEST_PAINT = `new Promise((resolve) => {
	new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
		.observe({ type: "largest-contentful-paint", buffered: true });
})`;

/**
 * Resolves once the name of the best match has been painted, with milliseconds since the send button was pressed, and
 * since the last byte of the server's answer.
 */
const ANSWER_PAINT = `new Promise((resolve) => {
	const button = document.querySelector("form.upload button[type=submit]");
	let pressed;
	new MutationObserver((_changes, observer) => {
		if (!document.querySelector(".verdict .name")) return;
		observer.disconnect();
		// a task after the next frame: that has been drawn by then
		requestAnimationFrame(() => {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => {
				const now = performance.now();
				const { responseEnd } = performance.getEntriesByName(new URL("match", location).href).at(-1);
				resolve([now - pressed, now - responseEnd]);
			};
			port2.postMessage(undefined);
		});
	}).observe(document.body, { childList: true, subtree: true });
	button.addEventListener("click", () => { pressed = performance.now(); });
	button.click();
})`;

const server = await MeasuredServer.start({ RATE_LIMIT_PER_MINUTE: "0", WORK_SECONDS_PER_MINUTE: "0" });
const url = `http://127.0.0.1:${server.port}/`;
const browser = await openBrowser();
try {
	console.log(tellRun(describeRun("bench:page")), `load ${loadavg()[0]?.toFixed(1)}`);
	for (const [name, options] of Object.entries(VIEWS)) await measureStart(browser, name, options);
	for (const [name, options] of Object.entries(VIEWS)) await measureAnswer(browser, name, options);
} finally {
	await browser.close();
	await server.stop();
}

async function measureStart(
	browser: Browser,
	name: string,
	options: (typeof VIEWS)[keyof typeof VIEWS],
): Promise<void> {
	const paints: number[] = [];
	const paintsWithoutLine: number[] = [];
	let bytes = 0;
	for (let round = 0; round < ROUNDS; round++) {
		const context = await browser.newContext(options);
		const page = await context.newPage();
		bytes = await throttle(context, page, async () => {
			await page.goto(url, { waitUntil: "load" });
			paints.push((await page.evaluate(LARGEST_PAINT)) as number);
		});
		await context.close();
		// in turns with the same without a line: what the processor alone takes, beside what else it does
		const near = await browser.newContext(options);
		const nearPage = await near.newPage();
		await nearPage.goto(url, { waitUntil: "load" });
		paintsWithoutLine.push((await nearPage.evaluate(LARGEST_PAINT)) as number);
		await near.close();
	}
	console.log(
		`first page, ${name}, empty cache: ${(bytes / 1000).toFixed(1)} kB with headers; largest contentful paint ${tell(paints)} at 1.6 Mbit/s and 150 ms, ${tell(paintsWithoutLine)} without a line`,
	);
}

async function measureAnswer(
	browser: Browser,
	name: string,
	options: (typeof VIEWS)[keyof typeof VIEWS],
): Promise<void> {
	const all: number[] = [];
	const engine: number[] = [];
	const shown: number[] = [];
	const computed: number[] = [];
	// the first one is not counted: the server's first photo of all takes longer
	for (let round = 0; round <= ANSWERS; round++) {
		const context = await browser.newContext(options);
		const page = await context.newPage();
		await page.goto(url, { waitUntil: "load" });
		await page.setInputFiles("#photo", samplePhotoFile(1 + (round % 6)));
		await page.waitForSelector(".has-photo .preview:not([hidden])");
		const thread = await context.newCDPSession(page);
		await thread.send("Performance.enable");
		const engineMs = await server.engineMs();
		const threadMs = await threadMsOf(thread);
		const [ms, msSinceAnswer] = (await page.evaluate(ANSWER_PAINT)) as [number, number];
		if (round > 0) {
			all.push(ms);
			shown.push(msSinceAnswer);
			computed.push((await threadMsOf(thread)) - threadMs);
			engine.push((await server.engineMs()) - engineMs);
		}
		await context.close();
	}
	const rest = all.map((ms, i) => ms - engine[i]!);
	console.log(
		`answer, ${name}, six photos of 1920 px in turn: name painted ${tell(all)} after the press and ${tell(shown)} after the last byte of the answer; engine ${tell(engine)}, all the rest ${tell(rest)}; the page's own thread computed ${tell(computed)}`,
	);
}

/** Processor time of the page's main thread so far, which hardly depends on what else the machine does. */
async function threadMsOf(session: CDPSession): Promise<number> {
	const { metrics } = await session.send("Performance.getMetrics");
	const threadTime = metrics.find(({ name }) => name === "ThreadTime");
	if (!threadTime) throw new Error("Expected a Chromium that tells its main thread's time.");
	return threadTime.value * 1000;
}

/** @returns what came over the line meanwhile, in bytes */
async function throttle(context: BrowserContext, page: Page, visit: () => Promise<void>): Promise<number> {
	const network = await context.newCDPSession(page);
	let bytes = 0;
	network.on("Network.loadingFinished", ({ encodedDataLength }) => {
		bytes += encodedDataLength;
	});
	await network.send("Network.enable");
	await network.send("Network.emulateNetworkConditions", LINE);
	await visit();
	return bytes;
}

function tell(ms: readonly number[]): string {
	const sorted = [...ms].sort((a, b) => a - b);
	const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)]!);
	return `${at(0.5)} ms (p95 ${at(0.95)})`;
}
