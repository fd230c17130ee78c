import { defineConfig } from "vitest/config";

/** Ends what hangs; no test is about time, and a busy machine is no failure. */
const TIMEOUT_MS = { unit: 120_000, models: 600_000 };

/** How long what is polled for may take to come. */
const POLL = { poll: { timeout: 60_000 } };

/**
 * unit: no models, seconds. integration: the real models on real photos. browser: Chromium on a real server.
 * A test's folder says which it is, so that a newcomer knows what a failure costs to reproduce.
 */
export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: "unit",
					testTimeout: TIMEOUT_MS.unit,
					hookTimeout: TIMEOUT_MS.unit,
					expect: POLL,
					include: ["test/**/*.test.ts"],
					exclude: ["test/integration/**", "test/browser/**"],
				},
			},
			{
				test: {
					name: "integration",
					include: ["test/integration/**/*.test.ts"],
					testTimeout: TIMEOUT_MS.models,
					hookTimeout: TIMEOUT_MS.models,
					expect: POLL,
				},
			},
			{
				test: {
					name: "browser",
					include: ["test/browser/**/*.test.ts"],
					testTimeout: TIMEOUT_MS.models,
					hookTimeout: TIMEOUT_MS.models,
					expect: POLL,
				},
			},
		],
		globalSetup: "test/helpers/built-cli.ts",
		// two cores: model files each start their own engine workers
		maxWorkers: 2,
	},
});
