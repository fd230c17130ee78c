import { defineConfig } from "vitest/config";

/** Ends what hangs; no test is about time, and a busy machine is no failure. */
const TIMEOUT_MS = { unit: 300_000, models: 900_000 };

/** How long what is polled for may take to come. */
const POLL = { poll: { timeout: 300_000 } };

/** Servers that tests start keep nobody from an answer that takes long, but where that is what is tested. */
const PATIENCE = { ANSWER_TIMEOUT_S: "600" };

/**
 * Real processes, sockets and a real browser meet in an order that no two runs share, in all three projects. Where a test passes only when
 * it is run again the report says so (`retry x1`); a fault that is there each time still fails.
 */
const RETRIES = 2;

/** A few processes run all files of a project, and load what these share once: no test replaces a module. */
const COMMON = { retry: RETRIES, expect: POLL, isolate: false };

/**
 * unit: no models, seconds. integration: the real models on real photos. browser: Chromium on a real server.
 * A test's folder says which it is, so that a newcomer knows what a failure costs to reproduce.
 */
export default defineConfig({
	test: {
		projects: [
			{
				test: {
					...COMMON,
					name: "unit",
					testTimeout: TIMEOUT_MS.unit,
					hookTimeout: TIMEOUT_MS.unit,
					include: ["test/**/*.test.ts"],
					exclude: ["test/integration/**", "test/browser/**"],
				},
			},
			{
				test: {
					...COMMON,
					name: "integration",
					env: PATIENCE,
					include: ["test/integration/**/*.test.ts"],
					testTimeout: TIMEOUT_MS.models,
					hookTimeout: TIMEOUT_MS.models,
				},
			},
			{
				test: {
					...COMMON,
					name: "browser",
					env: PATIENCE,
					include: ["test/browser/**/*.test.ts"],
					testTimeout: TIMEOUT_MS.models,
					hookTimeout: TIMEOUT_MS.models,
				},
			},
		],
		globalSetup: "test/helpers/processes/built-cli.ts",
		// on two cores: much of a file is waiting for processes and pages
		maxWorkers: 3,
	},
});
