/** The API for programs: its operations behind the same guard as the page. */
import { randomInt } from "node:crypto";
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import { AppError } from "../../errors.ts";
import { type ListedPerson, PeopleDirectory } from "../../gallery/browse/people-directory.ts";
import type { DescribedPhoto, EmbeddedFaces } from "../../pipeline/describe-faces.ts";
import type { ComparePhotos } from "../compare/compare-routes.ts";
import type { FindLookalikes, IsHeavy } from "../guard/answer-upload.ts";
import type { TakeTurn } from "../guard/take-turn.ts";
import type { ReadBody } from "../guard/upload.ts";
import type { Metrics } from "../lifecycle/metrics.ts";
import { MAX_SUGGESTED } from "../people/view-people.ts";
import { refuseMethod } from "../refuse-method.ts";
import { noteSteps } from "../request/request-context.ts";
import type { AskGallery } from "../served-gallery.ts";
import type { ReadyStatus, ServiceStatus } from "../service-status.ts";
import { expectPerson } from "../share/share-routes.ts";
import type { Texts } from "../texts/texts.ts";
import { createAdminRoutes } from "./admin/admin-routes.ts";
import type { Administration } from "./admin/administration.ts";
import { methodsOf, OPERATIONS, type Operation, type OperationName, routeOf } from "./operations.ts";
import { cutPage } from "./people-cursor.ts";
import { presentAnswer, presentComparison, presentVersion } from "./present-answers.ts";
import { presentDetected, presentEmbedded } from "./present-faces.ts";
import { presentPerson, presentPersonInFull } from "./present-people.ts";
import { optionsOfAddress, parseWords } from "./read-options.ts";
import { createRequestReader, type PhotoRequest } from "./read-request.ts";
import { type Wording, wordingFor } from "./wording.ts";

interface DescribeCall {
	readonly face?: number | undefined;
	readonly signal: AbortSignal;
}

/** What the operations are done with; those without their tool are not there. */
export interface ApiTools {
	readonly findLookalikes: FindLookalikes;
	readonly comparePhotos?: ComparePhotos;
	readonly detectFaces?: (bytes: Uint8Array, options: DescribeCall) => Promise<DescribedPhoto>;
	readonly embedFaces?: (bytes: Uint8Array, options: DescribeCall) => Promise<EmbeddedFaces>;
	readonly askGallery?: AskGallery;
	/** Changes the gallery for whose key may; without it nobody can. */
	readonly administration?: Administration;
}

export interface ApiParts extends ApiTools {
	readonly isHeavy: IsHeavy;
	readonly readBody: ReadBody;
	readonly takeTurn: TakeTurn;
	readonly metrics: Metrics;
	readonly status: () => ServiceStatus;
	readonly settings: { readonly maxUploadBytes: number; readonly basePath?: string };
	/** The languages of the page. */
	readonly locales: readonly Texts[];
	/** Refuses photos of addresses that send too many. */
	readonly limitRate: RequestHandler;
	/** Refuses questions without a photo of addresses that ask too many. */
	readonly limitReads: RequestHandler;
}

type Options<Name extends OperationName> = z.output<(typeof OPERATIONS)[Name]["options"]>;
type ApiAnswer<Name extends OperationName> = z.output<(typeof OPERATIONS)[Name]["answer"]>;
type Work<Name extends OperationName> = (
	asked: PhotoRequest<Options<Name>>,
	context: { readonly signal: AbortSignal; readonly service: ReadyStatus; readonly res: Response },
) => Promise<ApiAnswer<Name>>;
type Look<Name extends OperationName> = (
	options: Options<Name>,
	req: Request,
) => ApiAnswer<Name> | Promise<ApiAnswer<Name>>;

export function createApiRoutes(parts: ApiParts): Router {
	const { findLookalikes, comparePhotos, detectFaces, embedFaces, askGallery, metrics } = parts;
	const { basePath = "" } = parts.settings;
	const wordingOf = (lang: string | undefined, req: Request) => wordingFor(lang, req, parts.locales);
	const router = Router({ caseSensitive: true });
	// or Express answers for the routes of some of a path's methods, and says nothing of the others
	for (const { path } of Object.values(OPERATIONS))
		router.options(routeOf(path), refuseMethod(methodsOf(path)));
	router.use(createAdminRoutes(parts));

	const ask = <Name extends OperationName>(name: Name, look: Look<Name>) => {
		const { path, options }: Operation = OPERATIONS[name];
		router
			.route(routeOf(path))
			.get(parts.limitReads, async (req, res) => {
				const asked = parseWords(options, optionsOfAddress(req.url)) as Options<Name>;
				res
					.vary("Accept-Language")
					.set("Cache-Control", "no-cache")
					.json(await look(asked, req));
			})
			.all(refuseMethod(methodsOf(path)));
	};
	const send = <Name extends OperationName>(name: Name, work: Work<Name>) => {
		router
			.route(routeOf(OPERATIONS[name].path))
			.post(parts.limitRate, answerPhotos(name, work, parts))
			.all(refuseMethod(methodsOf(OPERATIONS[name].path)));
	};

	send("match", async ({ photos: [photo, ...furtherPhotos], options }, { signal, service, res }) => {
		const { k, exact, face, recall, collection, fuse, lang } = options;
		if (furtherPhotos.length > 0 && !fuse) throw severalPhotos();
		if (fuse && face !== undefined)
			throw new AppError("INVALID_REQUEST", "Expected `fuse` or `face` but received both.", {
				hint: "Several photos are answered by the clearest face of each.",
			});
		const gallery = askGallery?.().gallery;
		const answer = await findLookalikes(photo, {
			...{ k, exact, face, recall, furtherPhotos, signal },
			collections: collection,
		});
		metrics.observeAnswer(answer.timings);
		noteSteps(res, answer.timings);
		return presentAnswer(answer, { service, gallery, face, basePath, wording: wordingOf(lang, res.req) });
	});
	if (detectFaces)
		send("detect", async ({ photos: [photo] }, { signal }) =>
			presentDetected(await detectFaces(photo, { signal })),
		);
	if (embedFaces)
		send("embed", async ({ photos: [photo], options: { face, format } }, { signal, service }) => {
			const { pipelineVersion } = service.gallery;
			return presentEmbedded(await embedFaces(photo, { face, signal }), { format, face, pipelineVersion });
		});
	if (comparePhotos)
		send("compare", async ({ photos }, { signal }) =>
			presentComparison(await comparePhotos(photos, { signal })),
		);
	if (askGallery) {
		ask("people", ({ q, collection, limit, cursor, lang }, req) => {
			const served = askGallery();
			const wording = wordingOf(lang, req);
			const directory = PeopleDirectory.of(served.gallery);
			const found = (q.trim() === "" ? directory.entries : directory.search(q)).filter(isOf(collection));
			const { page, nextCursor } = cutPage(found, limit, cursor);
			return {
				people: page.map((entry) => presentPerson(entry, served, { basePath, wording })),
				numFound: found.length,
				nextCursor,
				didYouMean: found.length > 0 ? [] : directory.suggest(q, MAX_SUGGESTED).map(presentName(wording)),
			};
		});
		ask("person", ({ k, lang }, req) => {
			const served = askGallery();
			const wording = wordingOf(lang, req);
			return presentPersonInFull(expectPerson(String(req.params.id), served), served, {
				...{ k, basePath, wording },
			});
		});
		ask("random", ({ count, collection, lang }, req) => {
			const served = askGallery();
			const wording = wordingOf(lang, req);
			const people = PeopleDirectory.of(served.gallery).entries.filter(isOf(collection));
			return {
				people: draw(people, count).map((entry) => presentPerson(entry, served, { basePath, wording })),
			};
		});
	}
	ask("version", () => presentVersion(parts.status()));
	return router;
}

function answerPhotos<Name extends OperationName>(
	name: Name,
	work: Work<Name>,
	{ readBody, settings, takeTurn, isHeavy }: ApiParts,
): RequestHandler {
	const { options, maxPhotos = 1 }: Operation = OPERATIONS[name];
	const read = createRequestReader(readBody, settings, { options, maxPhotos });
	return async (req: Request, res: Response) => {
		const answer = await takeTurn(req, res, {
			read,
			// several photos are several photos' work
			isHeavy: async ({ photos: [photo, ...others] }, signal) =>
				others.length > 0 || (await isHeavy(photo, signal)),
			// `read` has checked the options by the operation's own schema
			work: (asked, context) => work(asked as PhotoRequest<Options<Name>>, { ...context, res }),
		});
		res.set("Cache-Control", "no-store").json(answer);
	};
}

function isOf(collections: readonly string[]): (entry: ListedPerson) => boolean {
	if (collections.length === 0) return () => true;
	return ({ person }) => person.collections.some((name) => collections.includes(name));
}

function presentName({ nameOf }: Wording): (entry: ListedPerson) => { id: string; name: string } {
	return ({ slug, person }) => ({ id: slug, name: nameOf(person) });
}

/** Different people by lot, at most `count`. */
function draw(people: readonly ListedPerson[], count: number): ListedPerson[] {
	const left = [...people];
	return Array.from({ length: Math.min(count, left.length) }, () => {
		const [drawn] = left.splice(randomInt(left.length), 1);
		return drawn as ListedPerson;
	});
}

function severalPhotos(): AppError {
	return new AppError("INVALID_REQUEST", "Expected one photo but received several.", {
		hint: "Send one at a time, or several of one person with `fuse=1`.",
	});
}
