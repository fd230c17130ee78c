/** Recall over queries per second as SVG, one panel per kind of query. */
import type { BenchResult } from "./bench-result.ts";
import type { Measured } from "./measure.ts";

const WIDTH = 460;
const HEIGHT = 340;
const MARGIN = { left: 60, right: 16, top: 44, bottom: 44 };
/** The share that is missed, on a logarithmic axis; what misses less is drawn at the end. */
const [MIN_RECALL, MAX_RECALL] = [0.3, 0.9995];
const RECALL_TICKS = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999];
const nines = (recall: number) => -Math.log10(1 - Math.min(recall, MAX_RECALL));
const QPS_TICKS = [10, 100, 1_000, 10_000, 100_000];
const COLOURS: Readonly<Record<string, string>> = {
	graph: "#c2185b",
	"LSH + graph": "#ff8a65",
	LSH: "#f06292",
	"hnswlib-node": "#1565c0",
	"hnswlib native": "#64b5f6",
	"usearch i8": "#2e7d32",
	"usearch f32": "#9ccc65",
	exact: "#5d4037",
	"brute force": "#9e9e9e",
};

export function plotResult({ data, points, machine }: BenchResult): string {
	const panels = [
		panel(points, "known", "people in the index", 0),
		panel(points, "strangers", "strangers", WIDTH),
	];
	const shown = Object.entries(COLOURS).filter(([name]) => points.some((point) => point.name === name));
	const legend = shown.map(([name, colour], i) => {
		const x = 20 + (i * (WIDTH * 2 - 40)) / shown.length;
		return `<circle cx="${x}" cy="${HEIGHT + 16}" r="4" fill="${colour}"/><text x="${x + 9}" y="${HEIGHT + 20}">${name}</text>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * 2} ${HEIGHT + 50}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>Recall@7 over queries per second, ${data}</title>
<rect width="100%" height="100%" fill="#fff"/>
${panels.join("\n")}
${legend.join("\n")}
<text x="${WIDTH}" y="${HEIGHT + 42}" text-anchor="middle" font-size="10" fill="#777">${data} vectors, one thread; ${machine}</text>
</svg>
`;
}

function panel(
	points: readonly Measured[],
	kind: "known" | "strangers",
	title: string,
	left: number,
): string {
	const [first, last] = [nines(MIN_RECALL), nines(MAX_RECALL)];
	const x = (recall: number) =>
		left + MARGIN.left + ((nines(recall) - first) / (last - first)) * (WIDTH - MARGIN.left - MARGIN.right);
	const [low, high] = [Math.log10(QPS_TICKS[0]), Math.log10(QPS_TICKS[QPS_TICKS.length - 1])];
	const y = (qps: number) =>
		HEIGHT - MARGIN.bottom - ((Math.log10(qps) - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
	const grid = [
		...QPS_TICKS.map(
			(qps) =>
				`<path d="M${x(MIN_RECALL)} ${y(qps)}H${x(1)}" stroke="#e5e5e5"/><text x="${x(MIN_RECALL) - 6}" y="${y(qps) + 4}" text-anchor="end">${qps.toLocaleString("en")}</text>`,
		),
		...RECALL_TICKS.map(
			(recall) =>
				`<path d="M${x(recall)} ${y(10)}V${y(100_000)}" stroke="#e5e5e5"/><text x="${x(recall)}" y="${y(10) + 16}" text-anchor="middle">${recall}</text>`,
		),
	];
	const lines = Object.entries(COLOURS).map(([name, colour]) => {
		const shown = points
			.filter((point) => point.name === name && (point.recall[kind] ?? 0) >= MIN_RECALL)
			.map((point) => ({ recall: point.recall[kind] ?? 0, qps: 1e6 / (point.medianUs[kind] ?? 1) }))
			.sort((a, b) => b.qps - a.qps);
		// only what no other setting of the same engine beats in both
		const front = shown.filter(({ recall }, i) =>
			shown.slice(0, i).every((faster) => faster.recall < recall),
		);
		const path = front.map(
			({ recall, qps }, i) => `${i === 0 ? "M" : "L"}${x(recall).toFixed(1)} ${y(qps).toFixed(1)}`,
		);
		const dots = front.map(
			({ recall, qps }) => `<circle cx="${x(recall).toFixed(1)}" cy="${y(qps).toFixed(1)}" r="3"/>`,
		);
		const stroke = `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="2"/>`;
		return `<g fill="${colour}">${path.length > 1 ? stroke : ""}${dots.join("")}</g>`;
	});
	return `<g><text x="${(x(MIN_RECALL) + x(1)) / 2}" y="24" text-anchor="middle" font-size="14" font-weight="600">${title}</text>
${grid.join("\n")}
<text x="${(x(MIN_RECALL) + x(1)) / 2}" y="${HEIGHT - 8}" text-anchor="middle">recall@7</text>
<text x="${left + 8}" y="${MARGIN.top - 10}">queries per second</text>
${lines.join("\n")}</g>`;
}
