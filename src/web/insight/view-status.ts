/** The service's half hour as small plots. */
import type { ServiceStatus } from "../service-status.ts";
import type { Texts } from "../texts/texts.ts";
import type { Sample } from "./history.ts";

export const PLOT = { width: 240, height: 48 } as const;

/** What is plotted: the text that names it, its number in a sample, and how many decimals are shown. */
const SERIES = [
	["answers", ({ numAnswers }: Sample) => numAnswers],
	["refusals", ({ numRefusals }: Sample) => numRefusals],
	["seconds", ({ slowMs }: Sample) => slowMs / 1000],
	["memory", ({ memoryBytes }: Sample) => memoryBytes / 1e6],
	["delay", ({ longestDelayMs }: Sample) => longestDelayMs],
] as const;

export interface PlotView {
	readonly title: string;
	/** The number now, and the most, to read. */
	readonly now: string;
	readonly most: string;
	/** Of an SVG polyline in `PLOT`'s size. */
	readonly points: string;
}

export function viewStatus(status: ServiceStatus, samples: readonly Sample[], texts: Texts) {
	return { state: texts.say(`status.state.${status.state}`), plots: SERIES.map(viewPlot), plot: PLOT };

	function viewPlot([name, read]: (typeof SERIES)[number]): PlotView {
		const values = samples.map(read);
		const most = Math.max(...values);
		const show = (value: number) =>
			new Intl.NumberFormat(texts.language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
		const points = values.map((value, i) => {
			const x = (i / Math.max(1, values.length - 1)) * PLOT.width;
			const y = PLOT.height - 2 - (most === 0 ? 0 : value / most) * (PLOT.height - 4);
			return `${x.toFixed(1)},${y.toFixed(1)}`;
		});
		return {
			title: texts.say(`status.${name}`),
			now: show(values.at(-1) ?? 0),
			most: texts.say("status.most", { value: show(most) }),
			points: points.join(" "),
		};
	}
}
