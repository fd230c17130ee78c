/** What the first process of a server and those that answer tell each other over Node's channel. */
import { z } from "zod";

/** To the first process. */
export const REPORT = z.discriminatedUnion("kind", [
	/** It is there, as it was asked. */
	z.object({ kind: z.literal("alive") }),
	/** It answers photos from now on; `message` says so to people. */
	z.object({ kind: z.literal("ready"), message: z.string() }),
	/** To be handed on to all others. */
	z.object({ kind: z.literal("peers"), topic: z.string(), value: z.unknown() }),
	/** It would like the metrics of all. */
	z.object({ kind: z.literal("metrics?") }),
]);
export type ReportToFirst = z.infer<typeof REPORT>;

/** From the first process. */
export const ORDER = z.discriminatedUnion("kind", [
	/** To say that it is there. */
	z.object({ kind: z.literal("alive?") }),
	/** To end, for the reason of a signal that came. */
	z.object({ kind: z.literal("stop"), reason: z.enum(["SIGTERM", "SIGINT"]) }),
	z.object({ kind: z.literal("peers"), topic: z.string(), value: z.unknown() }),
	z.object({ kind: z.literal("metrics"), text: z.string() }),
]);
export type OrderFromFirst = z.infer<typeof ORDER>;
