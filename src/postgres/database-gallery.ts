/**
 * A gallery in a database as it was at one moment: people, photos and credits are in memory, as pages ask for them all
 * the time; embeddings, most of its bytes, stay in the database, which compares them.
 */

import { AppError } from "../errors.ts";
import type { Credit } from "../gallery/credit.ts";
import type { GallerySettings } from "../gallery/gallery-settings.ts";
import {
	type FoundPerson,
	type PeopleOptions,
	type PeopleSearch,
	RECALL,
} from "../gallery/matching/find-people.ts";
import type { MeasuredScale } from "../gallery/matching/measured-scale.ts";
import type { GalleryPhoto, Person } from "../gallery/person.ts";
import type { PhotoTable } from "../gallery/photo-table.ts";
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import type { Database } from "./connection/database.ts";
import type { Readers } from "./connection/readers.ts";
import { readVector } from "./copy/binary-copy.ts";
import { type Calibration, effortFor } from "./nearest/calibrate.ts";
import { findNearest } from "./nearest/find-nearest.ts";
import { changedJustNow, hasGrownFrom, type Known } from "./versions.ts";

/** Up to here the server compares every photo in a few milliseconds. */
const MAX_EXACT_PHOTOS = 10_000;
/** Unit length, as far as float32 rounding leaves it. */
const TOLERANCE = 1e-3;

export interface DatabaseGalleryParts extends Known {
	readonly name: string;
	readonly settings: GallerySettings;
	readonly pipelineVersion: string;
	readonly dimension: number;
	readonly scale: MeasuredScale | undefined;
	readonly calibration: readonly Calibration[];
	/** Whether the pictures that photos name can be shown. */
	readonly hasPictures: boolean;
	/** By number; those with a photo. */
	readonly people: readonly Person[];
	/** Ids of the people, rising. */
	readonly personIds: Int32Array;
	readonly photos: PhotoTable;
	/** Ids of the photos, rising; a photo's row is its place here. */
	readonly photoIds: Int32Array;
	/** Number of each photo's person. */
	readonly groups: Uint32Array;
}

export class DatabaseGallery implements ReadableGallery {
	readonly parts: DatabaseGalleryParts;
	readonly #readers: Readers;

	constructor(readers: Readers, parts: DatabaseGalleryParts) {
		this.parts = parts;
		this.#readers = readers;
	}

	/** The same one, searched by what was measured since. */
	withCalibration(calibration: readonly Calibration[]): DatabaseGallery {
		return new DatabaseGallery(this.#readers, { ...this.parts, calibration });
	}

	get name(): string {
		return this.parts.name;
	}

	get settings(): GallerySettings {
		return this.parts.settings;
	}

	get people(): readonly Person[] {
		return this.parts.people;
	}

	get numPeople(): number {
		return this.parts.people.length;
	}

	get numPhotos(): number {
		return this.parts.photoIds.length;
	}

	get pipelineVersion(): string {
		return this.parts.pipelineVersion;
	}

	get dimension(): number {
		return this.parts.dimension;
	}

	get scale(): MeasuredScale | undefined {
		return this.parts.scale;
	}

	get bestSearch(): PeopleSearch {
		return this.numPhotos <= MAX_EXACT_PHOTOS ? "exact" : "auto";
	}

	get indexName(): "HNSW" {
		return "HNSW";
	}

	rows(): number[] {
		return Array.from(this.parts.photoIds, (_, row) => row);
	}

	person(number: number): Person {
		const person = this.people[number];
		if (person) return person;
		throw new RangeError(`Expected a person below ${this.people.length} but received ${number}.`);
	}

	personOf(row: number): number {
		return this.parts.groups[row]!;
	}

	source(row: number): string {
		return this.parts.photos.entry(row)[0];
	}

	picture(row: number): string | undefined {
		const { photos, hasPictures } = this.parts;
		const [, picture] = photos.entry(row);
		return hasPictures ? (picture ?? undefined) : undefined;
	}

	credit(row: number): Credit | undefined {
		return this.parts.photos.entry(row)[2];
	}

	photo(row: number): GalleryPhoto {
		const { photos } = this.parts;
		const [source, , credit] = photos.entry(row);
		return {
			person: this.personOf(row),
			source,
			picture: this.picture(row),
			...photos.geometry(row),
			...(credit && { credit }),
		};
	}

	/** Somebody who came or went since this gallery was read is left out. */
	async findPeople(
		query: Float32Array,
		k: number,
		search: PeopleSearch = "auto",
		{ recall = RECALL, collections = [] }: PeopleOptions = {},
	): Promise<FoundPerson[]> {
		expectQuery(query, this.parts.dimension);
		const isExact = search === "exact" || search === "full";
		const efSearch = isExact ? undefined : effortFor(recall, this.parts.calibration);
		const found = await this.#ask((database) =>
			findNearest(database, { query, k, efSearch, collections, known: this.parts }),
		);
		return found.flatMap(({ person: personId, photo, ...similarities }) => {
			const person = placeOf(personId, this.parts.personIds);
			const row = placeOf(photo, this.parts.photoIds);
			return person === undefined || row === undefined ? [] : [{ person, row, ...similarities }];
		});
	}

	templatesOf(people: readonly number[]): Promise<Float32Array[]> {
		const ids = people.map((number) => {
			this.person(number);
			return this.parts.personIds[number]!;
		});
		return this.#vectors("id, vector_send(template) AS bytes FROM people WHERE id", ids);
	}

	embeddingsOf(rows: readonly number[]): Promise<Float32Array[]> {
		const ids = rows.map((row) => this.parts.photoIds[row]!);
		return this.#vectors("photo AS id, vector_send(embedding) AS bytes FROM embeddings WHERE photo", ids);
	}

	/**
	 * @param wanted SQL: what is wanted from where, by which id
	 * @throws AppError GALLERY_BUSY if something went since this gallery was read, or an id may mean another one
	 */
	async #vectors(wanted: string, ids: readonly number[]): Promise<Float32Array[]> {
		if (ids.length === 0) return [];
		const grown = hasGrownFrom(this.parts, 2);
		const text = `SELECT ${grown.sql} AS is_grown, ${wanted} = ANY($1)`;
		return this.#ask(async (database) => {
			const { rows } = await database.read((client) =>
				client.query<{ id: number; bytes: Buffer; is_grown: boolean }>(text, [ids, ...grown.values]),
			);
			if (rows[0]?.is_grown === false) throw changedJustNow();
			const byId = new Map(rows.map(({ id, bytes }) => [id, readVector(bytes)]));
			return ids.map((id) => {
				const found = byId.get(id);
				if (found) return found;
				throw changedJustNow();
			});
		});
	}

	/** Visitors are not told where the database is. */
	async #ask<T>(ask: (database: Database) => Promise<T>): Promise<T> {
		try {
			return await this.#readers.ask(ask);
		} catch (cause) {
			if (!(cause instanceof AppError) || cause.code !== "DATABASE_UNAVAILABLE") throw cause;
			throw new AppError("DATABASE_UNAVAILABLE", "The gallery's database does not answer at the moment.", {
				hint: "Try again in a few seconds.",
				cause,
			});
		}
	}
}

/** @throws AppError INVALID_VECTOR */
function expectQuery(query: Float32Array, dimension: number): void {
	if (query.length !== dimension) {
		throw new AppError(
			"INVALID_VECTOR",
			`Expected a query of ${dimension} numbers but received ${query.length}.`,
		);
	}
	const length = Math.hypot(...query);
	if (Math.abs(length - 1) <= TOLERANCE) return;
	throw new AppError("INVALID_VECTOR", `Expected a query of length 1 but received one of ${length}.`);
}

/** By bisection. @param ids rising */
export function placeOf(id: number, ids: Int32Array): number | undefined {
	let [low, high] = [0, ids.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (ids[middle]! < id) low = middle + 1;
		else high = middle;
	}
	return ids[low] === id ? low : undefined;
}
