/** What one run of the search's bench leaves behind. */
import type { BenchRun } from "../describe-run.ts";
import type { Measured } from "./measure.ts";

/** The engine that is ours with the effort that a recall asked for needs. */
export const AS_ASKED = "as asked";

/** What is known of an engine beside its points. */
export interface EngineNotes {
	readonly buildSeconds: number;
	readonly loadSeconds?: number;
	/** In memory for ours, in its file for the others. */
	readonly bytesPerVector: number;
}

export interface BenchResult extends Omit<BenchRun, "commit"> {
	readonly data: string;
	readonly size: number;
	/** Missing in results of before November 25, 2026. */
	readonly commit?: string;
	/** The seed that our index was built with; missing as above, where it was 1. */
	readonly indexSeed?: number;
	readonly numQueries: { readonly known: number; readonly strangers: number };
	readonly notes: Readonly<Record<string, EngineNotes>>;
	readonly points: readonly Measured[];
}
