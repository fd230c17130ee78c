/**
 * The story before a gallery is built: from a wish ("actors, the best known first") to photos on the disk, each with
 * its licence, of people who were chosen on purpose. Everything that is done is noted; a run goes on where the last ended.
 */
import { pMapIterable } from "p-map";
import { REMOVED } from "../gallery/people/deny-list.ts";
import type { PeopleRules } from "../gallery/people/people-rules.ts";
import { readCommonsFiles } from "../wikimedia/commons/commons-files.ts";
import type { WikimediaClient } from "../wikimedia/http/wikimedia-client.ts";
import { type Candidate, findCandidates } from "../wikimedia/select/find-candidates.ts";
import { DETAILS_BATCH, type PersonDetails, readPersonDetails } from "../wikimedia/select/person-details.ts";
import type { Selection } from "../wikimedia/select/selection.ts";
import type { FinishedPerson, LeftOut } from "../wikimedia/staging/finished-person.ts";
import type { StagingFolder } from "../wikimedia/staging/staging-folder.ts";
import { judgePerson, type Verdict } from "./fetch/judge-person.ts";
import { type MainImage, type PortraitTools, takePortraits } from "./fetch/take-portraits.ts";

export interface FetchRequest {
	readonly selection: Selection;
	/** People that are wanted. */
	readonly limit: number;
	/** In which names are wanted, e.g. ["en", "ru"]. */
	readonly languages: readonly string[];
	/** Most photos of one person. */
	readonly photosPerPerson: number;
	/** Of the photos, in pixels: one of THUMBNAIL_WIDTHS. */
	readonly width: number;
}

export interface FetchTools extends Omit<PortraitTools, "client"> {
	readonly client: WikimediaClient;
	readonly staging: StagingFolder;
	readonly rules: PeopleRules;
	/** Day of today, e.g. "2026-11-25": who is grown up, and when photos were fetched. */
	readonly today: string;
}

export interface FetchProgress {
	/** People with photos, those of an earlier run included. */
	readonly numPeople: number;
	readonly limit: number;
	readonly numPhotos: number;
	readonly numLeftOut: number;
}

/** A candidate of whom Wikidata was asked, or who needs not be asked for any more. */
type Prepared = { readonly finished: FinishedPerson } | Asked;
interface Asked {
	readonly candidate: Candidate;
	readonly details: PersonDetails;
	readonly main: readonly MainImage[];
}

/** People who are worked on at a time: their downloads wait for each other anyway. */
const CONCURRENCY = 4;
/** Of the pictures that Wikidata has of somebody, how many are tried. */
const MAX_MAIN_IMAGES = 3;

/**
 * Fetches people until there are enough or nobody is left to ask for.
 * @returns everybody who was considered, in the order of the selection; no more than `limit` of them have photos
 * @throws AppError DOWNLOAD_FAILED or QUERY_FAILED if a service is out of reach; the signal's reason
 */
export async function fetchPeople(
	request: FetchRequest,
	tools: FetchTools,
	onProgress: (progress: FetchProgress) => void,
): Promise<FinishedPerson[]> {
	const people: FinishedPerson[] = [];
	let [numPeople, numPhotos, numLeftOut] = [0, 0, 0];
	const underWay = new Set<Promise<unknown>>();
	const outcomes = pMapIterable(
		prepare(request, tools),
		async (prepared: Prepared) => {
			if ("finished" in prepared) return { person: prepared.finished, isNew: false };
			const work = finish(prepared, request, tools);
			underWay.add(work);
			return { person: await work.finally(() => underWay.delete(work)), isNew: true };
		},
		{ concurrency: CONCURRENCY },
	);
	try {
		for await (const { person, isNew } of outcomes) {
			people.push(person);
			numPhotos += person.photos.length;
			if (person.person) numPeople++;
			else numLeftOut++;
			if (isNew) onProgress({ numPeople, limit: request.limit, numPhotos, numLeftOut });
			if (numPeople >= request.limit) break;
		}
	} finally {
		// who was begun beyond the limit must not be at work when the models are closed
		await Promise.allSettled(underWay);
	}
	return people;
}

/** Asks Wikidata and Commons about candidates fifty at a time, and only about those who are not finished. */
async function* prepare(request: FetchRequest, tools: FetchTools): AsyncGenerator<Prepared> {
	const seen: Seen = { people: new Set(), owners: new Map() };
	let batch: Candidate[] = [];
	for await (const candidate of findCandidates(request.selection, tools.client, tools.staging)) {
		batch.push(candidate);
		if (batch.length < DETAILS_BATCH) continue;
		yield* prepareBatch(batch, seen, request, tools);
		batch = [];
	}
	yield* prepareBatch(batch, seen, request, tools);
}

/** Of the candidates before, in the order of the selection and of no other. */
interface Seen {
	/** Wikidata's ids of today: entries may have been joined since the selection was answered. */
	readonly people: Set<string>;
	/** Of titles: who came first with each. */
	readonly owners: Map<string, string>;
}

/** @param seen is added to */
async function* prepareBatch(
	batch: readonly Candidate[],
	{ people, owners }: Seen,
	{ selection, languages, width }: FetchRequest,
	{ client, staging, rules, today }: FetchTools,
): AsyncGenerator<Prepared> {
	const ids = batch.map(({ id }) => id).filter((id) => !staging.findFinished(id));
	const details =
		ids.length > 0 ? await readPersonDetails(client, ids, languages) : new Map<string, PersonDetails>();
	const prepared = batch.map((candidate): { finished: FinishedPerson } | Omit<Asked, "main"> => {
		const known = staging.findFinished(candidate.id);
		const found = details.get(candidate.id);
		const id = known?.id ?? found?.id ?? candidate.id;
		// in an earlier run, whose turn comes later
		const isFinished = !known && id !== candidate.id && staging.findFinished(id) !== undefined;
		if (isFinished || people.has(id))
			return { finished: leaveOut(candidate, undefined, { reason: "SAME_PERSON", message: id }) };
		people.add(id);
		if (known) return { finished: known };
		if (!found) return { finished: leaveOut(candidate, undefined, { reason: "NOT_IN_WIKIDATA" }) };
		const verdict = judgePerson(found, selection, rules, today);
		return verdict ? { finished: leaveOut(candidate, found, verdict) } : { candidate, details: found };
	});
	for (const entry of prepared) {
		const { id, images } = "finished" in entry ? entry.finished : entry.details;
		for (const title of images.slice(0, MAX_MAIN_IMAGES)) owners.set(title, owners.get(title) ?? id);
	}
	const wanted = prepared.flatMap((entry) =>
		"details" in entry ? entry.details.images.slice(0, MAX_MAIN_IMAGES) : [],
	);
	const files = await readCommonsFiles(client, [...new Set(wanted)], width);
	for (const entry of prepared) {
		if ("finished" in entry) {
			yield entry;
			continue;
		}
		const { id, images } = entry.details;
		const main = images.slice(0, MAX_MAIN_IMAGES).map((title) => {
			return { title, file: files.get(title), owner: owners.get(title) ?? id };
		});
		yield { ...entry, main };
	}
}

async function finish(
	{ candidate, details, main }: Asked,
	request: FetchRequest,
	tools: FetchTools,
): Promise<FinishedPerson> {
	const { id, name, names, knownFor, knownForIn, wikipedia, birthYear, sitelinks } = details;
	const { photos, refused } = await takePortraits({ details, main, ...request, today: tools.today }, tools);
	const leftOut: LeftOut[] = refused.map((entry) => ({ id, name, ...entry }));
	if (photos.length === 0) leftOut.push({ id, name, reason: "NO_PORTRAIT" });
	const person = {
		id,
		name,
		names: { ...names },
		aliases: [...details.aliases],
		knownFor,
		knownForIn: { ...knownForIn },
		wikipedia,
		birthYear,
		sitelinks,
	};
	const finished: FinishedPerson = {
		candidate: candidate.id,
		id,
		images: main.map(({ title }) => title),
		...(photos.length > 0 && { person }),
		photos: photos.map(({ photo, credit }) => ({ photo, credit: { ...credit } })),
		leftOut,
	};
	// a photo that did not come may come another time: whoever asks again then asks for this person too
	if (leftOut.some(({ reason }) => reason === "FILE_UNSERVED")) return finished;
	await tools.staging.addFinished(finished);
	await tools.staging.tidy(
		id,
		photos.map(({ photo }) => photo),
	);
	return finished;
}

function leaveOut(
	candidate: Candidate,
	details: PersonDetails | undefined,
	verdict: Verdict,
): FinishedPerson {
	const { id = candidate.id, name } = details ?? {};
	// whoever was removed is not to be named again
	const named = verdict.message === REMOVED ? {} : { name };
	return { candidate: candidate.id, id, images: [], photos: [], leftOut: [{ id, ...named, ...verdict }] };
}
