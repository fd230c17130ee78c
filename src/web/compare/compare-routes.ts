/** "How alike are we?": two photos, or one of several people, are answered with everybody's likeness to everybody. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { Comparison } from "../../pipeline/compare-photos.ts";
import type { IsHeavy } from "../guard/answer-upload.ts";
import type { TakeTurn } from "../guard/take-turn.ts";
import type { Pages } from "../page.ts";
import { visitOf } from "../request/visit.ts";
import { sendPage } from "../texts/choose-language.ts";
import { viewComparison } from "./view-comparison.ts";

/** Compares the photos of one or two files; see pipeline/compare-photos.ts. */
export type ComparePhotos = (
	files: readonly Uint8Array[],
	options: { readonly signal: AbortSignal },
) => Promise<Comparison>;

export interface CompareParts {
	readonly comparePhotos: ComparePhotos;
	readonly isHeavy: IsHeavy;
	readonly takeTurn: TakeTurn;
	/** The files of the fields `first` and `second`; at least one. */
	readonly readPhotos: (req: Request, res: Response) => Promise<Uint8Array[]>;
	readonly pages: Pages;
	readonly limitRate: RequestHandler;
}

export function createCompareRoutes(parts: CompareParts): Router {
	const { comparePhotos, isHeavy, takeTurn, readPhotos, pages, limitRate } = parts;
	const router = Router({ caseSensitive: true });

	router.use("/compare", (_req, res, next) => {
		// whatever goes wrong is told beside this form
		res.locals.form = "compare";
		next();
	});

	router.get("/compare", async (_req, res) => {
		res.set("Cache-Control", "no-cache");
		sendPage(res, await pages.render("compare", visitOf(res), { comparison: undefined }));
	});

	router.post("/compare", limitRate, async (req, res) => {
		const page = await takeTurn(req, res, {
			read: readPhotos,
			// several photos are several photos' work
			isHeavy: async ([first, ...others], signal) =>
				others.length > 0 || (await isHeavy(first as Uint8Array, signal)),
			work: async (files, { signal }) => {
				const comparison = await viewComparison(await comparePhotos(files, { signal }), visitOf(res).texts);
				return pages.render("compare", visitOf(res), { comparison });
			},
		});
		res.set("Cache-Control", "no-store");
		sendPage(res, page);
	});

	return router;
}
