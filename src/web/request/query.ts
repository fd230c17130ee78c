/** What stands behind the question mark of an address; the application itself parses none. */
import type { Request } from "express";
import { z } from "zod";
import { AppError } from "../../errors.ts";

/**
 * Reads the parameters that `shape` names; others are ignored.
 * @throws AppError INVALID_REQUEST with the first parameter that is wrong
 */
export function readQuery<Shape extends z.ZodRawShape>(
	req: Request,
	shape: Shape,
): z.output<z.ZodObject<Shape>> {
	const parsed = z.object(shape).safeParse(Object.fromEntries(queryOf(req)));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new AppError("INVALID_REQUEST", `Wrong parameter \`${String(issue?.path[0])}\`: ${issue?.message}.`);
}

/** All that stands there, whatever it is. */
export function queryOf({ url }: Pick<Request, "url">): URLSearchParams {
	const start = url.indexOf("?");
	// further question marks are text, as in ?q=who?
	return new URLSearchParams(start < 0 ? "" : url.slice(start + 1));
}
