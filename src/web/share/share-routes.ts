/** Cards to send on, and what browsers and crawlers ask every site for. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import multer from "multer";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import { rasterizeSvg } from "../../image/rasterize-svg.ts";
import type { AddressLedger } from "../guard/address-ledger.ts";
import { type Admit, addressOf } from "../guard/admission.ts";
import { MatchQueue } from "../guard/match-queue.ts";
import { FIELD_NAMES, type ReadForm } from "../guard/upload.ts";
import { readQuery } from "../request/query.ts";
import { signalOf } from "../request/request-context.ts";
import { visitOf } from "../request/visit.ts";
import type { AskGallery } from "../served-gallery.ts";
import { iconOf } from "../theme/icon.ts";
import { cardOfPerson, cardOfSite } from "./person-card.ts";
import { readFace, renderCard } from "./render-card.ts";
import type { CardSize, ShareCard } from "./share-card.ts";
import { openAllFonts } from "./type-setter.ts";

const ICON_SIZES = ["48", "180", "192", "512"];
/** A face of 420 pixels as the result page has it, in base64, is a sixth of that. */
const MAX_FACE_BYTES = 400_000;
const DAY_S = 86_400;

const size = z.enum(["wide", "tall"]).default("wide");
/** What an address says of a match that is sent on: its score, and which of the person's photos matched, from 1. */
export const SENT_MATCH = {
	score: z.coerce.number().int().min(0).max(100).optional(),
	photo: z.coerce.number().int().min(1).max(100_000).optional(),
};
/** Of a page, which shows the person whatever else an address says. */
export const SENT_MATCH_IF_ANY = {
	score: SENT_MATCH.score.catch(undefined),
	photo: SENT_MATCH.photo.catch(undefined),
};
const FIELDS = z.object({ person: z.string(), ...SENT_MATCH, size, face: z.string().optional() });

export interface ShareParts {
	readonly askGallery: AskGallery;
	readonly limitRate: RequestHandler;
	readonly admit: Admit;
	/** Cards are work, too. */
	readonly ledger: AddressLedger;
	/** Reads a form within the limits of uploads. */
	readonly readForm: ReadForm;
	/** Where the gallery's pictures lie, if it has any. */
	readonly picturesFolder: string | undefined;
}

export function createShareRoutes(parts: ShareParts): Router {
	const { askGallery, limitRate, admit, ledger, readForm, picturesFolder } = parts;
	const router = Router({ caseSensitive: true });
	// one card at a time: drawing one takes the processor for a tenth of a second
	const queue = new MatchQueue({ maxActive: 1, maxQueued: 30, ledger });
	const readFields = multer({
		limits: { files: 0, fields: 6, parts: 7, fieldSize: MAX_FACE_BYTES, ...FIELD_NAMES },
	}).none();

	const limitWork: RequestHandler = (req, res, next) => {
		admit(req, res);
		next();
	};
	const render = async (
		req: Request,
		res: Response,
		card: () => Promise<ShareCard> | ShareCard,
		asked: CardSize,
	) => {
		const place = queue.enter(addressOf(req));
		try {
			const draw = async () => {
				await openAllFonts();
				return renderCard(await card(), asked);
			};
			return await place.run(draw, { signal: signalOf(res) });
		} finally {
			place.leave();
		}
	};

	router.get("/card.png", limitRate, limitWork, async (req, res) => {
		sendCard(
			res,
			await render(req, res, () => cardOfSite(askGallery(), visitOf(res), { picturesFolder }), "wide"),
		);
	});

	router.get("/people/:slug/card.png", limitRate, limitWork, async (req: Request<{ slug: string }>, res) => {
		const query = readQuery(req, { ...SENT_MATCH, size });
		const served = askGallery();
		const entry = expectPerson(req.params.slug, served);
		const png = await render(
			req,
			res,
			() => cardOfPerson(entry, served, visitOf(res), { ...query, picturesFolder }),
			query.size,
		);
		sendCard(res, png);
	});

	// the one card with the visitor's own face: drawn for this answer, kept nowhere
	router.post("/card", limitRate, limitWork, async (req, res) => {
		await readForm(readFields, req, res).catch((cause: unknown) => {
			throw cause instanceof AppError && cause.code !== "INVALID_REQUEST" ? cause : asInvalid(cause);
		});
		const fields = FIELDS.safeParse(req.body ?? {});
		if (!fields.success) throw asInvalid(fields.error);
		const { person, face, ...options } = fields.data;
		const served = askGallery();
		const entry = expectPerson(person, served);
		const png = await render(
			req,
			res,
			async () => {
				const own = face === undefined ? undefined : await readFace(face);
				return cardOfPerson(entry, served, visitOf(res), { ...options, picturesFolder, face: own });
			},
			options.size,
		);
		res.set("Cache-Control", "no-store");
		res.attachment(`${entry.slug}.png`).type("png").send(png);
	});

	router.get("/robots.txt", (_req, res) => {
		const { basePath } = visitOf(res);
		res
			.type("text")
			.send(["User-agent: *", `Disallow: ${basePath}/match`, `Disallow: ${basePath}/api/`, ""].join("\n"));
	});

	router.get("/manifest.webmanifest", (_req, res) => {
		const { texts, basePath } = visitOf(res);
		res
			.vary("Accept-Language")
			.vary("Cookie")
			.type("application/manifest+json")
			.json({
				name: texts.say("site.title"),
				short_name: texts.say("site.name"),
				description: texts.say("site.description"),
				lang: texts.language,
				start_url: `${basePath}/`,
				display: "minimal-ui",
				background_color: "#f7f1e5",
				theme_color: "#f7f1e5",
				icons: ["192", "512"].map((side) => ({
					src: `${basePath}/icons/${side}.png`,
					sizes: `${side}x${side}`,
					type: "image/png",
				})),
			});
	});

	router.get("/favicon.ico", (_req, res) => res.redirect(301, `${visitOf(res).basePath}/icons/48.png`));

	const icons = new Map<string, Promise<Buffer>>();
	router.get("/icons/:side.png", async (req: Request<{ side: string }>, res, next) => {
		const { side } = req.params;
		if (!ICON_SIZES.includes(side)) return next();
		const { accent } = askGallery().gallery.settings;
		const key = `${side} ${accent}`;
		const icon = icons.get(key) ?? drawIcon(Number(side), accent);
		icons.set(key, icon);
		res
			.set("Cache-Control", `public, max-age=${DAY_S}`)
			.type("png")
			.send(await icon);
	});

	return router;
}

/** @throws AppError NOT_FOUND */
export function expectPerson(slug: string, { gallery }: ReturnType<AskGallery>): ListedPerson {
	const entry = PeopleDirectory.of(gallery).find(slug);
	if (entry) return entry;
	throw new AppError("NOT_FOUND", `There is nobody called ${slug} here.`);
}

function sendCard(res: Response, png: Buffer): void {
	res
		.set("Cache-Control", `public, max-age=${DAY_S}`)
		.vary("Accept-Language")
		.vary("Cookie")
		.type("png")
		.send(png);
}

function drawIcon(side: number, accent: string | undefined): Promise<Buffer> {
	const svg = iconOf(accent).replace("<svg ", `<svg width="${side}" height="${side}" `);
	return rasterizeSvg(svg, { width: side, height: side });
}

function asInvalid(cause: unknown): AppError {
	return new AppError(
		"INVALID_REQUEST",
		"Expected a form with the fields `person`, `score`, `photo`, `size` and `face`.",
		{
			cause,
		},
	);
}
