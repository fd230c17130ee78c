/** The process of one change, started by run-change.ts: it ends when the change is made, also if the server is gone. */
import process from "node:process";
import { isDatabaseAddress } from "../database-address.ts";
import { AppError } from "../errors.ts";
import { applyChange } from "../pipeline/change/change-gallery.ts";
import type { ChangeDone, ChangeOrder } from "../pipeline/change/gallery-change.ts";
import type { ChangeReport } from "./run-change.ts";

// a terminal sends it to the server's processes all alike; a change takes seconds
process.on("SIGINT", () => {});

process.once("message", async (order: ChangeOrder) => {
	const report = await apply(order).then(
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

/** The driver is loaded only for a database. */
async function apply(order: ChangeOrder): Promise<ChangeDone> {
	if (!isDatabaseAddress(order.place)) return applyChange(order);
	const { applyToDatabase } = await import("./change-database.ts");
	return applyToDatabase(order);
}
