/** Changing the gallery over HTTP: off unless the owner switched it on, and then only for keys with that right. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import { AppError, type ErrorCode } from "../../../errors.ts";
import { type ListedPerson, PeopleDirectory } from "../../../gallery/browse/people-directory.ts";
import type { RejectedPhoto } from "../../../gallery/building/build-journal.ts";
import type { Credit } from "../../../gallery/credit.ts";
import { NO_FACTS, personOf } from "../../../gallery/people/people-facts.ts";
import { cleanName, type Person } from "../../../gallery/person.ts";
import type { UploadedPhotos } from "../../../pipeline/change/gallery-change.ts";
import { STATUS_OF_CODE } from "../../error-statuses.ts";
import type { IsHeavy } from "../../guard/answer-upload.ts";
import type { TakeTurn } from "../../guard/take-turn.ts";
import type { ReadBody } from "../../guard/upload.ts";
import { refuseMethod } from "../../refuse-method.ts";
import type { AskGallery, ServedGallery } from "../../served-gallery.ts";
import { expectPerson } from "../../share/share-routes.ts";
import { keyAsKnownNow, keyOf } from "../access/access.ts";
import { methodsOf, OPERATIONS, type Operation, type OperationName, routeOf } from "../operations.ts";
import { photoIdOf, presentPerson } from "../present-people.ts";
import { optionsOfAddress, parseWords } from "../read-options.ts";
import { createJsonReader, createRequestReader } from "../read-request.ts";
import type { ADD_ANSWER, ADD_PERSON_OPTIONS } from "../schemas/administration.ts";
import type { PERSON } from "../schemas/people.ts";
import { GALLERY_WORDING } from "../wording.ts";
import type { Administration, Asker, Changed } from "./administration.ts";

type AdminOperation = {
	[Name in OperationName]: (typeof OPERATIONS)[Name] extends { readonly isAdministration: true }
		? Name
		: never;
}[OperationName];
type Options<Name extends AdminOperation> = z.output<(typeof OPERATIONS)[Name]["options"]>;
type AdminAnswer<Name extends AdminOperation> = z.output<(typeof OPERATIONS)[Name]["answer"]>;

/** What an operation has to work with. */
interface Asked<Name extends AdminOperation> {
	readonly options: Options<Name>;
	readonly asker: Asker;
	readonly served: ServedGallery;
	/** The one of the path, where it names one. */
	readonly entry: () => ListedPerson;
	readonly req: Request;
}

/** Both are looked up anew for each request, as routes are made once. */
type Change<Name extends AdminOperation> = (
	administration: Administration,
	asked: Asked<Name>,
) => Promise<AdminAnswer<Name>>;
type Add<Name extends AdminOperation> = (
	administration: Administration,
	uploaded: UploadedPhotos,
	asked: Asked<Name>,
) => Promise<Changed>;

export interface AdminParts {
	readonly administration?: Administration;
	readonly askGallery?: AskGallery;
	readonly isHeavy: IsHeavy;
	readonly readBody: ReadBody;
	readonly takeTurn: TakeTurn;
	readonly settings: { readonly maxUploadBytes: number; readonly basePath?: string };
	/** Refuses changes with keys that ask for too many. */
	readonly limitRate: RequestHandler;
}

/** Of a connection without a byte: longer than a change, and those before it, may take. */
const CHANGE_TIMEOUT_MS = 1_200_000;

export function createAdminRoutes(parts: AdminParts): Router {
	const { administration, askGallery } = parts;
	const { basePath = "" } = parts.settings;
	const router = Router({ caseSensitive: true });

	const on = (
		name: AdminOperation,
		answer: (tools: Administration, req: Request, res: Response) => Promise<unknown>,
	) => {
		const { path, method }: Operation = OPERATIONS[name];
		const work: RequestHandler = async (req, res) => {
			if (!administration || !askGallery) throw switchedOff();
			await expectRight(name, administration, res);
			// nothing is said until the change is made, which ends by itself
			req.setTimeout(CHANGE_TIMEOUT_MS);
			await administration.refresh();
			res.set("Cache-Control", "no-store").json(await answer(administration, req, res));
		};
		router[method](routeOf(path), parts.limitRate, work);
	};
	const askedOf = <Name extends AdminOperation>(
		options: Options<Name>,
		req: Request,
		res: Response,
	): Asked<Name> => {
		const served = (askGallery as NonNullable<typeof askGallery>)();
		return {
			options,
			served,
			req,
			asker: askerOf(res),
			entry: () => expectPerson(String(req.params.id), served),
		};
	};
	const add = <Name extends "addPerson" | "addPhotos">(name: Name, change: Add<Name>) => {
		const { options, maxPhotos } = OPERATIONS[name];
		const read = createRequestReader(parts.readBody, parts.settings, { options, maxPhotos });
		on(name, async (tools, req, res) => {
			// before megabytes are read for somebody who is not there
			if (name === "addPhotos") askedOf({} as Options<Name>, req, res).entry();
			const { uploaded, given } = await parts.takeTurn(req, res, {
				read,
				isHeavy: async ({ photos: [photo, ...others] }, signal) =>
					others.length > 0 || (await parts.isHeavy(photo, signal)),
				work: async ({ photos, options: given }, { signal }) => ({
					uploaded: await tools.embed(photos, { credit: toCredit(given as Options<Name>), signal }),
					given: given as Options<Name>,
				}),
			});
			expectSomeFace(uploaded);
			// the key may have been taken away while photos came
			await expectRight(name, tools, res);
			const changed = await change(tools, uploaded, askedOf(given, req, res));
			return presentAdded(changed, uploaded, askedOf(given, req, res).served, basePath);
		});
	};
	const alter = <Name extends "removePerson" | "removePhoto">(name: Name, change: Change<Name>) =>
		on(name, async (tools, req, res) => {
			const options = parseWords(OPERATIONS[name].options, optionsOfAddress(req.url)) as Options<Name>;
			return change(tools, askedOf(options, req, res));
		});

	add("addPerson", (tools, uploaded, { options, asker }) =>
		tools.addPerson(toPerson(options), uploaded, asker),
	);
	add("addPhotos", (tools, uploaded, { options: { sure: isSure }, entry, asker }) =>
		tools.addPhotos(entry(), uploaded, { isSure }, asker),
	);
	alter("removePhoto", async (tools, { entry, served: { gallery }, req, asker }) => {
		const person = entry();
		const row = person.rows.find((one) => photoIdOf(gallery, one) === req.params.photo);
		if (row === undefined) {
			throw new AppError("NOT_FOUND", `${person.person.name} has no photo ${req.params.photo}.`, {
				hint: "The photos of a person and their ids are listed at GET /api/v1/people/{id}.",
			});
		}
		return presentRemoved(await tools.removePhoto(person, gallery.source(row), asker));
	});
	alter("removePerson", async (tools, { entry, asker }) =>
		presentRemoved(await tools.removePerson(entry(), asker)),
	);
	const readRenaming = createJsonReader(parts.readBody, OPERATIONS.renamePerson.options);
	on("renamePerson", async (tools, req, res) => {
		const options = await readRenaming(req, res);
		await expectRight("renamePerson", tools, res);
		const { entry, asker } = askedOf<"renamePerson">(options, req, res);
		const before = entry();
		const changed = await tools.renamePerson(before, toChanges(options), asker);
		const now = askedOf<"renamePerson">(options, req, res).served;
		return { person: presentChanged(changed, now, basePath), formerId: before.slug };
	});

	// paths that are for nothing else
	for (const { path } of [OPERATIONS.addPhotos, OPERATIONS.removePhoto])
		router.all(routeOf(path), refuseMethod(methodsOf(path)));
	return router;
}

/** @throws AppError FORBIDDEN, which is noted in the audit log */
async function expectRight(
	action: AdminOperation,
	administration: Administration,
	res: Response,
): Promise<void> {
	if (keyAsKnownNow(res)?.isAdmin) return;
	await administration.noteRefused(action, askerOf(res));
	throw new AppError("FORBIDDEN", "Expected a key that may change the gallery but this one may not.", {
		hint: "Whoever runs this server makes one with `celebrity-faces keys add NAME --admin`.",
	});
}

function askerOf(res: Response): Asker {
	return { key: keyOf(res)?.name ?? "", requestId: res.locals.requestId ?? "" };
}

function switchedOff(): AppError {
	return new AppError("NOT_FOUND", "The gallery of this server is not changed over HTTP.", {
		hint: "Whoever runs it switches that on with ADMINISTRATION=on.",
	});
}

function toPerson(options: z.output<typeof ADD_PERSON_OPTIONS>): Person {
	const { name, wikipedia, wikidata, group: collection, knownFor: known_for, birthYear } = options;
	const columns = { wikipedia, wikidata, collection, known_for, born: birthYear?.toString() };
	const given = Object.entries({ name: expectName(name), ...columns }).flatMap(([column, text]) =>
		text === undefined ? [] : [[column, cleanName(text)]],
	);
	return personOf(Object.fromEntries(given), NO_FACTS, "The request");
}

/** Of all photos of the request; undefined for the owner's own. */
function toCredit({
	author,
	licence,
	licenceUrl,
	page,
}: Pick<Options<"addPhotos">, "author" | "licence" | "licenceUrl" | "page">): Credit | undefined {
	if (licence !== undefined && page !== undefined)
		return {
			licence,
			page,
			...(author !== undefined && { author }),
			...(licenceUrl !== undefined && { licenceUrl }),
		};
	if ([author, licence, licenceUrl, page].every((part) => part === undefined)) return undefined;
	throw new AppError(
		"INVALID_REQUEST",
		"Expected `licence` and `page` of a credit but received only a part of it.",
		{
			hint: "A credit says the licence, where the photo is described, and mostly the author; your own photos need none.",
		},
	);
}

function toChanges({
	name,
	wikipedia,
}: Options<"renamePerson">): Partial<Pick<Person, "name" | "wikipedia">> {
	if (name === undefined && wikipedia === undefined)
		throw new AppError("INVALID_REQUEST", "Expected `name` or `wikipedia` but received neither.");
	return {
		...(name !== undefined && { name: expectName(name) }),
		...(wikipedia !== undefined && { wikipedia: wikipedia === null ? undefined : cleanName(wikipedia) }),
	};
}

function expectName(text: string): string {
	const name = cleanName(text);
	if (name !== "") return name;
	throw new AppError("INVALID_REQUEST", "Expected a name but received an empty one.");
}

/** @throws AppError of the first photo, if none is fit to be added */
function expectSomeFace({ photos }: UploadedPhotos): void {
	if (photos.some(({ result }) => "embedding" in result)) return;
	const [first] = photos;
	if (first && !("embedding" in first.result)) throw refusal(first.result, 1);
}

function presentAdded(
	changed: Changed,
	{ photos }: UploadedPhotos,
	served: ServedGallery,
	basePath: string,
): z.output<typeof ADD_ANSWER> {
	const { numPhotos, numPassedOver, refused } = changed;
	const sources = photos.map(({ source }) => source);
	const [first] = refused;
	if (first && numPhotos + numPassedOver === 0) throw refusal(first, sources.indexOf(first.source) + 1);
	return {
		person: presentChanged(changed, served, basePath),
		numAdded: numPhotos,
		numPassedOver,
		refused: refused.map(({ source, code, message, hint = null }) => ({
			...{ photo: sources.indexOf(source), code, message, hint },
		})),
	};
}

/**
 * Whoever was changed, as the gallery has them now: others may have changed it meanwhile.
 * @throws AppError NOT_FOUND
 */
function presentChanged(
	{ sources, gallery }: Changed,
	served: ServedGallery,
	basePath: string,
): z.output<typeof PERSON> {
	const known = new Set(sources);
	const row = gallery.rows().find((one) => known.has(gallery.source(one)));
	const entry = row === undefined ? undefined : PeopleDirectory.of(gallery).entryOf(gallery.personOf(row));
	if (entry) return presentPerson(entry, { ...served, gallery }, { basePath, wording: GALLERY_WORDING });
	throw new AppError("NOT_FOUND", "The change was made, and somebody else has removed the person since.");
}

function presentRemoved({ numPhotos, gallery }: Changed): AdminAnswer<"removePerson"> {
	return { numRemoved: numPhotos, numPeople: gallery.numPeople, numPhotos: gallery.numPhotos };
}

/** @param photo which of those that were sent, from 1 */
function refusal({ code, message, hint }: Omit<RejectedPhoto, "step">, photo: number): Error {
	if (!STATUS_OF_CODE.has(code as ErrorCode)) return new Error(`A photo could not be looked at. ${message}`);
	return new AppError(code as ErrorCode, message, { photo, ...(hint !== undefined && { hint }) });
}
