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
	expect(await readers.ask(ask)).toContain("primary");
	await readers.ask(ask);
	expect(asked(ask)).toEqual([replica, primary, replica, primary]);
});

it("does not ask elsewhere what is wrong with the question", async () => {
	const { ask, readers } = failingReplica("INVALID_VECTOR");
	await expect(readers.ask(ask)).rejects.toMatchObject({ code: "INVALID_VECTOR" });
	expect(asked(ask)).toEqual([replica]);
});
