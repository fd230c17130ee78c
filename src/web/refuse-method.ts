/** What a path answers to a method that it does not know. */
import type { RequestHandler } from "express";
import { AppError } from "../errors.ts";

/** @param allowed as the header Allow lists them, e.g. "GET, HEAD" */
export function refuseMethod(allowed: string): RequestHandler {
	return (req, res) => {
		res.set("Allow", allowed);
		throw new AppError(
			"METHOD_NOT_ALLOWED",
			`Expected ${allowed} for ${req.path} but received ${req.method}.`,
			{
				hint: "Start from the first page.",
			},
		);
	};
}
