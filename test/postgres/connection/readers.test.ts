import { expect, it, vi } from "vitest";
import { AppError, type ErrorCode } from "../../../src/errors.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import { Readers } from "../../../src/postgres/connection/readers.ts";

// nothing is connected to before it is asked something
const [primary, replica] = ["primary", "replica"].map((host) =>
	Database.at(`postgres://${host}.invalid/faces`),
);

/** @returns what answers where the replica fails so */
function failingReplica(code: ErrorCode) {
	const ask = vi.fn(async (database: Database) => {
		if (database === replica) throw new AppError(code, "It does not answer.");
		return database.place.label;
	});
	return { ask, readers: new Readers(primary!, replica) };
}
const asked = ({ mock }: ReturnType<typeof failingReplica>["ask"]) =>
	mock.calls.map(([database]) => database);

it("asks the replica where there is one, and nobody else", async () => {
	const ask = vi.fn(async (database: Database) => database);
	expect(await new Readers(primary!, replica).ask(ask)).toBe(replica);
	expect(await new Readers(primary!).ask(ask)).toBe(primary);
	expect(ask).toHaveBeenCalledTimes(2);
});

it("goes on at the primary where the replica is lost, and leaves it alone for a while", async () => {
	const { ask, readers } = failingReplica("DATABASE_UNAVAILABLE");
	vi.useFakeTimers({ toFake: ["performance"] });
	try {
		expect(await readers.ask(ask)).toContain("primary");
		expect(await readers.ask(ask)).toContain("primary");
		expect(asked(ask)).toEqual([replica, primary, primary]);
		vi.advanceTimersByTime(5001);
		await readers.ask(ask);
		expect(asked(ask).slice(3)).toEqual([replica, primary]);
	} finally {
		vi.useRealTimers();
	}
});

it("asks the primary what a replica has not heard of yet, and the replica what comes next", async () => {
	const { ask, readers } = failingReplica("GALLERY_BUSY");
	vi.useFakeTimers({ toFake: ["performance"] });
	try {
		expect(await readers.ask(ask)).toContain("primary");
		vi.advanceTimersByTime(300);
		await readers.ask(ask);
		expect(asked(ask)).toEqual([replica, primary, replica, primary]);
	} finally {
		vi.useRealTimers();
	}
});

it("asks a replica whose address names no schema for the gallery's own", async () => {
	const database = Database.at("postgres://primary.invalid/faces?schema=film");
	const readers = Readers.of(database, "postgres://replica.invalid/faces", {});
	expect(await readers.ask(async ({ place }) => place.label)).toBe("replica.invalid:5432/faces, schema film");
});

it("tells once why a replica is of no use, and once that it is again; one that is behind only after a minute", async () => {
	const told: string[] = [];
	let fails: ErrorCode | undefined;
	const readers = new Readers(primary!, replica, {
		onFailure: ({ code }) => told.push(code),
		onReturn: () => told.push("well"),
	});
	vi.useFakeTimers({ toFake: ["performance"] });
	try {
		const askFor = async (code: ErrorCode | undefined, ms: number) => {
			fails = code;
			for (const endMs = performance.now() + ms; performance.now() < endMs; vi.advanceTimersByTime(1000))
				await readers.ask(async (database) => {
					if (database === replica && fails) throw new AppError(fails, "No.");
				});
		};
		await askFor("DATABASE_REFUSED", 20_000);
		await askFor(undefined, 7000);
		await askFor("GALLERY_BUSY", 50_000);
		expect(told).toEqual(["DATABASE_REFUSED", "well"]);
		await askFor("GALLERY_BUSY", 20_000);
		await askFor(undefined, 7000);
		expect(told).toEqual(["DATABASE_REFUSED", "well", "GALLERY_BUSY", "well"]);
	} finally {
		vi.useRealTimers();
	}
});

it("lets one ask whether a replica that was lost is well again, and nobody wait for that", async () => {
	vi.useFakeTimers({ toFake: ["performance"] });
	try {
		const { ask, readers } = failingReplica("DATABASE_UNAVAILABLE");
		await readers.ask(ask);
		vi.advanceTimersByTime(5001);
		let fail = () => {};
		const trial = readers.ask((database) =>
			database === replica
				? new Promise<string>((_, reject) => {
						fail = () => reject(new AppError("DATABASE_UNAVAILABLE", "No."));
					})
				: Promise.resolve("primary"),
		);
		expect(await readers.ask(ask)).toContain("primary");
		expect(asked(ask)).toEqual([replica, primary, primary]);
		fail();
		expect(await trial).toBe("primary");
	} finally {
		vi.useRealTimers();
	}
});

it("does not ask elsewhere what is wrong with the question", async () => {
	const { ask, readers } = failingReplica("INVALID_VECTOR");
	await expect(readers.ask(ask)).rejects.toMatchObject({ code: "INVALID_VECTOR" });
	expect(asked(ask)).toEqual([replica]);
});
