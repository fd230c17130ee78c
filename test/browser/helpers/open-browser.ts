/** Chromium for the browser tests: Debian's, or the one that CHROMIUM names. It never reaches beyond this machine. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const require = createRequire(import.meta.url);
/** Debian's: the one without a window opens a page in a third of the time. */
const HERE = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const CHROMIUM = process.env.CHROMIUM ?? HERE.find(existsSync);

/** In each window, a Chromium with windows opens pages of its own, which take longer than the one that is looked at. */
const OWN_PAGES = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];
/** What Playwright switches off and pages may notice: of two lists Chromium heeds the last. */
const NOT_FOR_PLAYWRIGHT = [
	"AvoidUnnecessaryBeforeUnloadCheckSync",
	"AvoidCorsURLLoaderRestartOnRedirect",
	"DestroyProfileOnBrowserClose",
	"HttpsFirstBalancedModeAutoEnable",
	"HttpsUpgrades",
	"LensOverlay",
	"MediaRouter",
	"OptimizationHints",
	"PaintHolding",
	"ThirdPartyStoragePartitioning",
];

/** Starts Chromium with a camera that shows a test picture. */
export async function openBrowser(): Promise<Browser> {
	if (CHROMIUM === undefined || !existsSync(CHROMIUM)) {
		throw new Error(
			`Expected Chromium at ${CHROMIUM ?? HERE.join(" or ")}: run ./init.sh test, which installs it, or set CHROMIUM.`,
		);
	}
	return chromium.launch({
		executablePath: CHROMIUM,
		args: [
			"--no-sandbox",
			"--disable-background-networking",
			`--disable-features=${[...OWN_PAGES, ...NOT_FOR_PLAYWRIGHT].join(",")}`,
			"--use-fake-device-for-media-stream",
			"--use-fake-ui-for-media-stream",
		],
	});
}

let shared: Promise<Browser> | undefined;

/** The one Chromium of all files that a process of the tests runs, which ends with it; a fresh one where it has died. */
export async function sharedBrowser(): Promise<Browser> {
	if (!(await shared)?.isConnected()) shared = openBrowser();
	return shared as Promise<Browser>;
}

export interface Visit {
	readonly page: Page;
	/** What the page asked other hosts for. */
	readonly outside: string[];
	/** Errors and refusals by the Content-Security-Policy that the page met. */
	readonly complaints: string[];
	close(): Promise<void>;
}

/** How another host answers; undefined as if it could not be reached. */
export type AnswerOutside = (url: URL) => OutsideAnswer | undefined | Promise<OutsideAnswer | undefined>;

interface OutsideAnswer {
	readonly status?: number;
	readonly contentType: string;
	readonly body: string | Buffer;
}

/** Opens a page; whatever it asks other hosts for is answered by `answerOutside`. */
export async function visit(
	browser: Browser,
	url: string,
	options: BrowserContextOptions = {},
	answerOutside: AnswerOutside = () => undefined,
): Promise<Visit> {
	const context = await browser.newContext(options);
	// no test is about time
	context.setDefaultTimeout(300_000);
	const page = await context.newPage();
	const outside: string[] = [];
	const complaints: string[] = [];
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("console", (message) => {
		if (message.type() === "error" && !message.text().includes("net::ERR_")) complaints.push(message.text());
	});
	const home = new URL(url).origin;
	await context.route(
		(address) => address.protocol.startsWith("http") && address.origin !== home,
		async (route) => {
			const address = route.request().url();
			outside.push(address);
			const answer = await answerOutside(new URL(address));
			// a page that was closed meanwhile wants no answer
			if (!answer) await route.abort("internetdisconnected").catch(() => {});
			else
				await route.fulfill({ headers: { "access-control-allow-origin": "*" }, ...answer }).catch(() => {});
		},
	);
	await page.goto(url);
	return { page, outside, complaints, close: () => context.close() };
}

/**
 * Fails with what axe found, in its own words, once nothing moves any more: by all its rules in the colour scheme that
 * is shown, and by that of contrast in the other one.
 */
export async function expectAccessible(page: Page): Promise<void> {
	// not by a script element: the page's Content-Security-Policy refuses those, as it should
	if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(await readAxe());
	await expectNoViolations(page);
	const isDark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
	const [shown, other] = isDark ? (["dark", "light"] as const) : (["light", "dark"] as const);
	await page.emulateMedia({ colorScheme: other });
	await expectNoViolations(page, ["color-contrast"]);
	await page.emulateMedia({ colorScheme: shown });
}

/** @param rules ids of the rules that count; default: all */
async function expectNoViolations(page: Page, rules?: readonly string[]): Promise<void> {
	await page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished))");
	// without what axe would say of all that passes, it is done in half the time
	const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
	const violations = (await page.evaluate(
		`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
	)) as AxeViolation[];
	expect(
		violations.map(
			({ id, nodes }) =>
				`${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`,
		),
	).toEqual([]);
}

interface AxeViolation {
	readonly id: string;
	readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

function readAxe(): Promise<string> {
	return readFile(require.resolve("axe-core/axe.min.js"), "utf8");
}

interface Rect {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** Where the visible elements are. */
export async function rectsOf(page: Page, selector: string): Promise<Rect[]> {
	return (await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
		.filter((element) => element.getClientRects().length > 0)
		.map((element) => element.getBoundingClientRect().toJSON())`)) as Rect[];
}

/** Fails where the page is wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
	const [wide, window] = (await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")) as [
		number,
		number,
	];
	expect(wide).toBeLessThanOrEqual(window);
}
