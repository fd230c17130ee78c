import { expect, it } from "vitest";
import { fetchInBackground } from "../src/fetch-in-background.ts";

it("is tried again later where there is no room for another process", () => {
	const failures: number[] = [];
	const fetching = fetchInBackground({
		args: [],
		// refused before a process begins, as where memory is out
		environment: { FULL: "\0" },
		onLine: () => {},
		onFailure: (retryMs) => failures.push(retryMs),
	});
	fetching.stop();
	expect(failures).toEqual([60_000]);
});
