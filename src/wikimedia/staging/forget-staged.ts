/** Taking people and photos out of what was fetched. */
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import { parseFinished } from "./finished-person.ts";
import { withoutRows } from "./photo-list-file.ts";
import { JOURNAL_FILE, LEFT_OUT_FILE, LIST_FILE, photoFolder } from "./staging-folder.ts";

const STAGED_PHOTO = /^photos\/(Q[1-9]\d*)\/\w[\w.-]*$/;

/** Id of the person for whom a photo was fetched. @returns undefined for a photo that was not */
export function stagedPersonOf(source: string): string | undefined {
	return STAGED_PHOTO.exec(source)?.[1];
}

/**
 * Takes people, and photos of others, out of every file of a staging folder. In the journal stays that people's ids
 * were among a query's answers.
 * @param folder need not be there
 * @param ids of Wikidata
 * @param photos as their list names them; those that were not fetched are passed over
 * @throws AppError as writeFileAtomically
 */
export async function forgetStaged(
	folder: string,
	ids: ReadonlySet<string>,
	photos: ReadonlySet<string>,
): Promise<void> {
	const staged = new Set([...photos].filter((photo) => STAGED_PHOTO.test(photo)));
	const keptOf = (line: string) => {
		const { id = "", candidate = "" } = readIds(line);
		return ids.has(id) || ids.has(candidate) ? [] : [withoutPhotos(line, staged)];
	};
	const withoutLines = (text: string) => text.split("\n").flatMap(keptOf).join("\n");
	await rewrite(path.join(folder, JOURNAL_FILE), withoutLines);
	await rewrite(path.join(folder, LEFT_OUT_FILE), withoutLines);
	await rewrite(path.join(folder, LIST_FILE), (text) => withoutRows(text, ids, staged));
	for (const id of ids) await rm(path.join(folder, photoFolder(id)), { recursive: true, force: true });
	for (const photo of staged) await rm(path.join(folder, photo), { force: true });
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
	const before = await readFile(file, "utf8").catch(() => undefined);
	if (before !== undefined) await writeFileAtomically(file, Buffer.from(change(before)));
}

const IDS = z.object({ id: z.string().optional(), candidate: z.string().optional() });

/** Whom a line of the journal or of the report is about; nobody for another line, or one that was cut. */
function readIds(line: string): z.infer<typeof IDS> {
	return IDS.safeParse(readJson(line)).data ?? {};
}

/** The person stays finished, so that the photo is not fetched again. */
function withoutPhotos(line: string, photos: ReadonlySet<string>): string {
	const finished = parseFinished(readJson(line));
	if (!finished?.photos.some(({ photo }) => photos.has(photo))) return line;
	return JSON.stringify({ ...finished, photos: finished.photos.filter(({ photo }) => !photos.has(photo)) });
}

function readJson(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
