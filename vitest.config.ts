import { defineConfig } from "vitest/config";

/** Ends what hangs; no test is about time, and a busy machine is no failure. */
const TIMEOUT_MS = { unit: 120_000, models: 600_000 };

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
				},
			},
			{
				test: {
					name: "browser",
					include: ["test/browser/**/*.test.ts"],
					testTimeout: TIMEOUT_MS.models,
					hookTimeout: TIMEOUT_MS.models,
					expect: { poll: { timeout: TIMEOUT_MS.unit } },
				},
			},
		],
		globalSetup: "test/helpers/built-cli.ts",
		// two cores: model files each start their own engine workers
		maxWorkers: 2,
	},
});
