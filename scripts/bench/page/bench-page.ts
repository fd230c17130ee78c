/**
 * `npm run bench:page`: what the first page weighs, and when it can be seen on a slow line. The built server with the
 * starter gallery, in a real Chromium.
 */
import { loadavg } from "node:os";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../../../test/browser/open-browser.ts";
import { describeRun, tellRun } from "../describe-run.ts";
import { MeasuredServer } from "../load/measured-server.ts";

const ROUNDS = 7;
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

const server = await MeasuredServer.start({ RATE_LIMIT_PER_MINUTE: "0", WORK_SECONDS_PER_MINUTE: "0" });
const url = `http://127.0.0.1:${server.port}/`;
const browser = await openBrowser();
try {
	console.log(tellRun(describeRun("bench:page")), `load ${loadavg()[0]?.toFixed(1)}`);
	for (const [name, options] of Object.entries(VIEWS)) await measureStart(browser, name, options);
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
