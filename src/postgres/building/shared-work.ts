/**
 * A list of photos in a database that several machines embed together: each takes some that nobody else has, for as long
 * as it says now and then that it is still there, and notes what became of each. Whoever is killed leaves what was not
 * done to the others.
 */
import { createHash, randomUUID } from "node:crypto";
import { AppError } from "../../errors.ts";
import { decodeResult, encodeResult, type PhotoResult } from "../../gallery/building/build-journal.ts";
import type { PhotoList } from "../../gallery/building/photo-list.ts";
import { type Client, type Database, quoteName } from "../connection/database.ts";
import { BUILDING, migrate } from "../migrate.ts";

/** Newest file in migrations/building. */
const BUILDING_VERSION = 1;
/** For how long nobody else takes what a machine has taken and doesn't speak of any more. */
const LEASE_S = 60;
/** Photos that a list gets at a time. */
const BATCH_SIZE = 10_000;

/** What is noted or taken a second time is as it was. */
const REPEATABLE = { isRepeatable: true } as const;
/** SQL: what this machine has taken and not done. */
const OWN = "worker = $1 AND photo = ANY($2::integer[]) AND result IS NULL";

/** What is left to do, as it is seen by one of those who do it. */
export type Standing =
	| { readonly kind: "photos"; readonly photos: readonly number[] }
	/** Others have taken what is left. */
	| { readonly kind: "wait" }
	/** All photos are done: whoever is told this makes the gallery. */
	| { readonly kind: "finish" }
	/** Somebody else has made the gallery. */
	| { readonly kind: "made" };

export class SharedWork {
	readonly #database: Database;
	readonly #worker = randomUUID();
	/** What was taken last: what was taken before is done. */
	#taken: readonly number[] = [];
	/** Of the list that was joined. */
	readonly #digest: string;

	private constructor(database: Database, digest: string) {
		this.#database = database;
		this.#digest = digest;
	}

	/**
	 * Begins it, or joins those who have.
	 * @param database of the gallery that is to be made
	 * @param list whose photos are to be embedded; photos have their source in common, not their file
	 * @param pipelineVersion of what embeds them
	 * @throws AppError DATABASE_*; GALLERY_BUSY where another list is being embedded for the same gallery
	 */
	static async join(database: Database, list: PhotoList, pipelineVersion: string): Promise<SharedWork> {
		const building = buildingOf(database);
		await migrate(building, BUILDING_VERSION, BUILDING);
		const digest = digestOf(list, pipelineVersion);
		await building.change(
			async (client) => {
				await client.query("LOCK TABLE list");
				const { rows } = await client.query<{ digest: string }>("SELECT digest FROM list");
				if (rows[0]?.digest === digest) return;
				if (rows[0]) throw otherList(database);
				await client.query("INSERT INTO list (digest) VALUES ($1)", [digest]);
				const sources = list.photos.map(({ source }) => source);
				// millions of them are more than a value may be long
				for (let from = 0; from < sources.length; from += BATCH_SIZE)
					await client.query(
						`INSERT INTO work (photo, source)
						SELECT $1::integer + place - 1, source FROM unnest($2::text[]) WITH ORDINALITY AS one (source, place)`,
						[from, sources.slice(from, from + BATCH_SIZE)],
					);
			},
			{ timeoutMs: 0 },
		);
		return new SharedWork(building, digest);
	}

	/** Whether somebody has begun, and not finished yet. */
	static isUnderWay(database: Database): Promise<boolean> {
		const building = buildingOf(database);
		return building.read(async (client) => {
			const { rows } = await client.query<{ is_there: boolean }>(
				"SELECT to_regclass($1) IS NOT NULL AS is_there",
				[`${quoteName(building.place.schema)}.list`],
			);
			return rows[0]!.is_there;
		});
	}

	/**
	 * Takes what nobody has, or was taken by who was not heard of for a minute. Whatever was taken before must be done. What
	 * was taken and not heard of, as the database was lost, is free again a minute later.
	 * @param most photos
	 * @throws AppError DATABASE_*; GALLERY_BUSY where somebody has begun anew with another list
	 */
	async take(most: number): Promise<Standing> {
		try {
			const standing = await this.#database.change((client) => this.#take(client, most), REPEATABLE);
			this.#taken = standing.kind === "photos" ? standing.photos : [];
			return standing;
		} catch (error) {
			// the tables go with the work
			if (error instanceof AppError && error.code === "FILE_NOT_FOUND") return { kind: "made" };
			throw error;
		}
	}

	async #take(client: Client, most: number): Promise<Standing> {
		await this.#expectSameList(client);
		const { rows: taken } = await client.query<{ photo: number }>(
			`UPDATE work SET worker = $1, taken_until = now() + interval '${LEASE_S} s'
			WHERE photo IN (
				SELECT photo FROM work WHERE result IS NULL AND (taken_until IS NULL OR taken_until < now())
				ORDER BY photo LIMIT $2 FOR UPDATE SKIP LOCKED
			) RETURNING photo`,
			[this.#worker, most],
		);
		if (taken.length > 0) return { kind: "photos", photos: taken.map(({ photo }) => photo) };
		const { rowCount } = await client.query("SELECT FROM work WHERE result IS NULL LIMIT 1");
		if (rowCount) return { kind: "wait" };
		const finishing = await client.query(
			`UPDATE list SET finisher = $1, finisher_until = now() + interval '${LEASE_S} s'
			WHERE finisher IS NULL OR finisher = $1 OR finisher_until < now()`,
			[this.#worker],
		);
		return { kind: finishing.rowCount ? "finish" : "wait" };
	}

	/** Somebody may have begun anew with another one, in which a photo's place is another photo's. */
	async #expectSameList(client: Client): Promise<void> {
		const { rows } = await client.query<{ digest: string }>("SELECT digest FROM list");
		if (rows[0]?.digest !== this.#digest) throw otherList(this.#database);
	}

	/** Says that this machine is still there. */
	async sayAlive(): Promise<void> {
		const until = `now() + interval '${LEASE_S} s'`;
		await this.#database.change(async (client) => {
			await client.query(`UPDATE work SET taken_until = ${until} WHERE ${OWN}`, [this.#worker, this.#taken]);
			await client.query(`UPDATE list SET finisher_until = ${until} WHERE finisher = $1`, [this.#worker]);
		});
	}

	/**
	 * Notes what became of a photo; it survives the machine once this resolves. What was noted first stays.
	 * @throws AppError as take
	 */
	async note(photo: number, result: PhotoResult): Promise<void> {
		await this.#database.change(async (client) => {
			await this.#expectSameList(client);
			await client.query("UPDATE work SET result = $2, worker = $3 WHERE photo = $1 AND result IS NULL", [
				...[photo, JSON.stringify(encodeResult(result)), this.#worker],
			]);
		}, REPEATABLE);
	}

	/** Leaves what was taken and is not done to the others, at once. */
	async leave(): Promise<void> {
		await this.#database.change(async (client) => {
			await client.query(`UPDATE work SET taken_until = NULL WHERE ${OWN}`, [this.#worker, this.#taken]);
			await client.query("UPDATE list SET finisher = NULL WHERE finisher = $1", [this.#worker]);
		});
	}

	/** Photos that nobody has done yet. Counted by what is left, as the results of millions are gigabytes. */
	async numLeft(): Promise<number> {
		const { rows } = await this.#database.read((client) =>
			client.query<{ num: string }>("SELECT count(*) AS num FROM work WHERE result IS NULL"),
		);
		return Number(rows[0]!.num);
	}

	/** What became of each photo, by its source. */
	async results(): Promise<Map<string, PhotoResult>> {
		const { rows } = await this.#database.read(
			(client) => client.query<{ source: string; result: unknown }>("SELECT source, result FROM work"),
			{ timeoutMs: 0 },
		);
		return new Map(rows.map(({ source, result }) => [source, decodeResult(result)]));
	}

	/** Takes all of it away, once the gallery is there. @throws AppError as take */
	async remove(): Promise<void> {
		await this.#database.change(async (client) => {
			await this.#expectSameList(client);
			await removeWork(client, this.#database);
		});
	}

	/** As remove, of whatever was begun for that gallery. */
	static async startAnew(database: Database): Promise<void> {
		const building = buildingOf(database);
		await building.change((client) => removeWork(client, building));
	}
}

async function removeWork(client: Client, { place }: Database): Promise<void> {
	await client.query(`DROP SCHEMA IF EXISTS ${quoteName(place.schema)} CASCADE`);
}

function buildingOf(database: Database): Database {
	return database.inSchema(`${database.place.schema}_building`);
}

/** The files may lie elsewhere on each machine. */
function digestOf({ people, photos }: PhotoList, pipelineVersion: string): string {
	const hash = createHash("sha256").update(JSON.stringify({ pipelineVersion, people }));
	// one by one: the text of millions is longer than a text may be
	for (const { source, person, credit } of photos) hash.update(JSON.stringify({ source, person, credit }));
	return hash.digest("hex");
}

function otherList({ place }: Database): AppError {
	return new AppError(
		"GALLERY_BUSY",
		`Expected the list that is being embedded for ${place.label} but this is another one.`,
		{ hint: "Give the same sources and flags as those who began; --anew forgets what they have done." },
	);
}
