/** What a server keeps of people and photos after a change, beside plain lists; no database is asked. */
import { expect, it } from "vitest";
import { RECORD_BYTES } from "../../src/gallery/file/photo-codec.ts";
import type { Person } from "../../src/gallery/person.ts";
import { PhotoTable } from "../../src/gallery/photo-table.ts";
import { createGiveWay } from "../../src/give-way.ts";
import type { Client } from "../../src/postgres/connection/database.ts";
import { encodeCopy } from "../../src/postgres/copy/binary-copy.ts";
import { PEOPLE, type PersonRow, PHOTOS, type PhotoRow } from "../../src/postgres/copy/table-format.ts";
import type { DatabaseGallery } from "../../src/postgres/database-gallery.ts";
import { readPeople, readPhotos } from "../../src/postgres/read-rows.ts";
import { Random } from "../../src/search/random.ts";
import { countTurns } from "../helpers/count-turns.ts";

interface Change {
	readonly people?: readonly PersonRow[];
	readonly photos?: readonly PhotoRow[];
	/** Ids. */
	readonly goneFrom?: Readonly<Record<"person" | "photo", readonly number[]>>;
}

/** A connection on which that is what came since, and what went. */
function clientWith({ people = [], photos = [], goneFrom }: Change): Client {
	const query = (asked: string | { readonly text: string }, values?: readonly unknown[]) => {
		if (typeof asked === "string")
			return Promise.resolve({
				rows: (goneFrom?.[values![0] as "person" | "photo"] ?? []).map((id) => ({ id })),
			});
		const isOfPeople = asked.text.includes("FROM people");
		const rows = isOfPeople ? people.map(PEOPLE.encode) : photos.map(PHOTOS.encode);
		return (async function* () {
			yield* encodeCopy(rows);
		})();
	};
	return { query } as unknown as Client;
}

const personOf = (id: number, name: string): PersonRow => ({
	...{ id, person: { name, wikipedia: undefined, collections: [] } as Person },
	template: new Float32Array(2),
});
const photoOf = (id: number, person: number, mark: number): PhotoRow => ({
	...{ id, person, source: `${id}/${mark}.jpg`, picture: null, credit: undefined },
	geometry: new Uint8Array(RECORD_BYTES).fill(mark),
});

async function read(change: Change, before: DatabaseGallery | undefined) {
	const client = clientWith(change);
	const giveWay = createGiveWay();
	const people = await readPeople(client, before, giveWay);
	const parts = { version: 1, ...people, ...(await readPhotos(client, people, before, giveWay)) };
	return { parts, personOf: (row: number) => parts.groups[row] } as unknown as DatabaseGallery;
}

/** As lists that can be compared. */
const listsOf = ({ parts }: DatabaseGallery) => ({
	people: [...parts.personIds].map((id, i) => [id, parts.people[i]!.name]),
	photos: [...parts.photoIds].map((id, row) => [
		...[id, parts.personIds[parts.groups[row]!], parts.photos.entry(row)[0], parts.photos.record(row)[0]],
	]),
});

it.each([1, 2, 3, 4, 5])("is what is there after twenty changes (seed %i)", async (seed) => {
	const numbers = new Random(seed);
	const random = () => numbers.uniform();
	const below = (most: number) => Math.floor(random() * most);
	const people = new Map<number, string>();
	const photos = new Map<number, PhotoRow>();
	let [nextPerson, nextPhoto] = [0, 0];
	let served: DatabaseGallery | undefined;
	for (let round = 0; round < 20; round++) {
		const gone = { person: [] as number[], photo: [] as number[] };
		const changed = { people: new Set<number>(), photos: new Set<number>() };
		for (const id of people.keys()) {
			if (random() < 0.1 && people.size > 2) {
				people.delete(id);
				gone.person.push(id);
				for (const [photo, { person }] of photos)
					if (person === id && photos.delete(photo)) gone.photo.push(photo);
			} else if (random() < 0.1) {
				people.set(id, `Renamed ${round}`);
				changed.people.add(id);
			}
		}
		for (let i = below(4); i >= 0; i--) {
			people.set(nextPerson, `Person ${nextPerson}`);
			changed.people.add(nextPerson++);
		}
		const ids = [...people.keys()];
		for (const [id, photo] of photos)
			if (random() < 0.1) {
				photos.set(id, { ...photo, person: ids[below(ids.length)]! });
				changed.photos.add(id);
			}
		for (let i = below(9); i >= 0; i--) {
			photos.set(nextPhoto, photoOf(nextPhoto, ids[below(ids.length)]!, below(256)));
			changed.photos.add(nextPhoto++);
		}
		const rowsOf = (from: ReadonlySet<number>) => [...from].sort((a, b) => a - b);
		served = await read(
			{
				people: rowsOf(changed.people).map((id) => personOf(id, people.get(id)!)),
				photos: rowsOf(changed.photos).map((id) => photos.get(id)!),
				goneFrom: gone,
			},
			served,
		);
		const byId = <Row>([a]: [number, Row], [b]: [number, Row]) => a - b;
		expect(listsOf(served)).toEqual({
			people: [...people].sort(byId),
			photos: [...photos]
				.sort(byId)
				.map(([id, { person, source, geometry }]) => [id, person, source, geometry[0]]),
		});
	}
});

it("lets others have their turn while it goes through many", async () => {
	const numPhotos = 100_000;
	const many = {
		parts: {
			version: 1,
			people: Array.from({ length: numPhotos }, (_, id) => personOf(id, `Person ${id}`).person),
			personIds: Int32Array.from({ length: numPhotos }, (_, id) => id),
			photoIds: Int32Array.from({ length: numPhotos }, (_, id) => id),
			photos: PhotoTable.from(
				Array.from({ length: numPhotos }, (_, id) => [`${id}.jpg`, null] as const),
				new Uint8Array(numPhotos * RECORD_BYTES),
			),
		},
		personOf: (row: number) => row,
	} as unknown as DatabaseGallery;
	const change = { people: [personOf(7, "Renamed")], goneFrom: { person: [], photo: [9] } };
	const { result, numTurns } = await countTurns(() => read(change, many));
	expect([result.parts.people[7]!.name, result.parts.photoIds.length]).toEqual(["Renamed", numPhotos - 1]);
	expect(numTurns).toBeGreaterThan(2);
});
