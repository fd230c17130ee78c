/** The process of one change, started by run-change.ts: it ends when the change is made, also if the server is gone. */
import process from "node:process";
import { AppError } from "../errors.ts";
import { applyChange, type ChangeOrder } from "../pipeline/change/change-gallery.ts";
import type { ChangeReport } from "./run-change.ts";

// a terminal sends it to the server's processes all alike; a change takes seconds
process.on("SIGINT", () => {});

process.once("message", async (order: ChangeOrder) => {
	const report = await applyChange(order).then(
		(done): ChangeReport => ({ done }),
		(error: unknown): ChangeReport => {
			if (!(error instanceof AppError))
				return { bug: error instanceof Error ? `${error.stack}` : String(error) };
			const { code, message, hint } = error;
			return { failure: { code, message, hint } };
		},
	);
	process.send?.(report, () => process.disconnect?.());
});
