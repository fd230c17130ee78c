import { defineConfig } from "vitest/config";

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
					// no test is about time, and a busy machine is no failure
					testTimeout: 60_000,
					include: ["test/**/*.test.ts"],
					exclude: ["test/integration/**", "test/browser/**"],
				},
			},
			{
				test: {
					name: "integration",
					include: ["test/integration/**/*.test.ts"],
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
			{
				test: {
					name: "browser",
					include: ["test/browser/**/*.test.ts"],
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
		],
		// two cores: model files each start their own engine workers
		maxWorkers: 2,
	},
});
