/**
 * Who must not be in a gallery: a CSV of names, articles or Wikidata ids with a reason. People who were removed are on
 * their gallery's own list by fingerprint, so that no file holds their name any more and no later build brings them back.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { AppError } from "../../errors.ts";
import { readTextFile } from "../../files/read-text-file.ts";
import type { Person } from "../person.ts";
import { foldName } from "./fold-name.ts";
import { parseTable } from "./parse-table.ts";

export interface DenyEntry {
	readonly name?: string;
	readonly wikipedia?: string;
	readonly wikidata?: string;
	/** "salt:digest" of one of the person's keys or of a photo, in place of their names. */
	readonly fingerprint?: string;
	/** A photo as its list or folder names it, or with a slash at its end all photos of a folder. */
	readonly photo?: string;
	readonly reason: string;
}

/** By what somebody is on a list. */
type Keyed = Pick<Person, "name" | "wikipedia" | "wikidata">;

const COLUMNS = ["name", "wikipedia", "wikidata", "fingerprint", "photo", "reason"] as const;

export class DenyList {
	readonly #reasons = new Map<string, string>();
	readonly #fingerprints = new Map<string, string>();
	readonly #photos: (readonly [photo: string, reason: string])[] = [];
	/** All salts of the fingerprints. */
	readonly #salts = new Set<string>();
	/** Folded names whose articles say in brackets which one is meant: others of that name are not. */
	readonly #sharedNames = new Set<string>();

	constructor(entries: readonly DenyEntry[]) {
		for (const entry of entries) {
			for (const key of keysOf(entry)) this.#reasons.set(key, entry.reason);
			if (entry.wikipedia?.endsWith(")") && entry.name) this.#sharedNames.add(foldName(entry.name));
			if (entry.photo !== undefined) this.#photos.push([entry.photo, entry.reason]);
			if (entry.fingerprint === undefined) continue;
			this.#fingerprints.set(entry.fingerprint, entry.reason);
			this.#salts.add(entry.fingerprint.slice(0, entry.fingerprint.indexOf(":")));
		}
	}

	/** Why a photo must not be in a gallery, whoever it shows; undefined for all others. */
	reasonForPhoto(source: string): string | undefined {
		const named = this.#photos.find(([photo]) =>
			photo.endsWith("/") ? source.startsWith(photo) : source === photo,
		);
		return named?.[1] ?? this.#reasonByFingerprint(photoKeyOf(source));
	}

	/** Why the person must not be in a gallery; undefined for everybody else. */
	reasonFor(person: Keyed): string | undefined {
		for (const key of keysOf(person)) {
			const isShared = this.#sharedNames.has(key) && person.wikipedia !== undefined;
			const reason =
				isShared && key !== foldName(person.wikipedia ?? "") ? undefined : this.#reasons.get(key);
			if (reason !== undefined) return reason;
			const removed = this.#reasonByFingerprint(key);
			if (removed !== undefined) return removed;
		}
		return undefined;
	}

	#reasonByFingerprint(key: string): string | undefined {
		for (const salt of this.#salts) {
			const reason = this.#fingerprints.get(fingerprintOf(key, salt));
			if (reason !== undefined) return reason;
		}
		return undefined;
	}
}

/**
 * @param isOptional whether a file that is not there is an empty list
 * @throws AppError as readTextFile; INVALID_GALLERY_LIST
 */
export async function readDenyEntries(file: string, { isOptional = false } = {}): Promise<DenyEntry[]> {
	if (isOptional && !existsSync(file)) return [];
	const text = readTextFile(file, { what: "a deny list" });
	return parseTable(text, file).map(({ line, values: { reason = "denied", ...values } }) => {
		const entry: DenyEntry = { ...values, reason };
		if (entry.fingerprint !== undefined || entry.photo !== undefined || keysOf(entry).length > 0)
			return entry;
		throw new AppError(
			"INVALID_GALLERY_LIST",
			`${file}, line ${line}: expected a name, wikipedia, wikidata or photo.`,
		);
	});
}

/** Why whoever is on a list by fingerprint is there: removed, and not to be named again. */
export const REMOVED = "removed";

/**
 * A deny list with further entries that keep people and photos out without naming them.
 * @param photos as their lists or folders name them
 * @param staying people who are not to be kept out by a name that they share with one of those who go
 */
export function withRemoved(
	entries: readonly DenyEntry[],
	people: readonly Partial<Keyed>[],
	photos: Iterable<string>,
	staying: readonly Person[] = [],
): DenyEntry[] {
	// one salt for all of a list, as each salt makes looking somebody up longer
	const salt = entries.find(({ fingerprint }) => fingerprint)?.fingerprint?.split(":")[0] ?? newSalt();
	const shared = new Set(staying.flatMap(keysOf));
	const own = people.flatMap(keysOf).filter((key) => !shared.has(key));
	const keys = [...own, ...[...photos].map(photoKeyOf)];
	const known = new Set(entries.map(({ fingerprint }) => fingerprint));
	const fingerprints = new Set(keys.map((key) => fingerprintOf(key, salt)).filter((one) => !known.has(one)));
	return [...entries, ...[...fingerprints].map((fingerprint) => ({ fingerprint, reason: REMOVED }))];
}

/** The CSV that `readDenyEntries` reads. */
export function formatDenyEntries(entries: readonly DenyEntry[]): string {
	const quote = (text = "") => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	const lines = entries.map((entry) => COLUMNS.map((column) => quote(entry[column])).join(","));
	return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function keysOf({ name, wikipedia, wikidata }: Partial<Keyed>): string[] {
	const texts = [wikidata, wikipedia && foldName(wikipedia), name && foldName(name)];
	return [...new Set(texts.filter((text) => text !== undefined && text !== ""))] as string[];
}

/** No person's key: names have no line breaks. */
function photoKeyOf(source: string): string {
	return `photo\n${source}`;
}

function newSalt(): string {
	return randomBytes(8).toString("hex");
}

function fingerprintOf(key: string, salt: string): string {
	return `${salt}:${createHash("sha256").update(`${salt} ${key}`).digest("hex")}`;
}
