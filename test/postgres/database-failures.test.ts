/** What is told of a database that can't be asked. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { AppError } from "../../src/errors.ts";
import { Database } from "../../src/postgres/database.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";

describe("a database that can't be asked", () => {
	const failureAt = async (url: string) => {
		const database = Database.at(url, { timeoutMs: 60_000 });
		const failure = await readDatabaseGallery(database).catch((error: unknown) => error);
		await database.close();
		return failure as AppError;
	};

	it("is told by host and schema, never by user and password", async () => {
		const failure = await failureAt("postgres://visitor:Secret-1@host.invalid/faces?schema=film");
		expect(failure).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
		expect(failure.message).toContain("host.invalid:5432/faces, schema film");
		expect(inspect(failure, { depth: 9 })).not.toContain("Secret-1");
	});

	it("is told where nobody listens", async () => {
		const nobody = createServer().listen(0, "127.0.0.1");
		await once(nobody, "listening");
		const { port } = nobody.address() as AddressInfo;
		nobody.close();
		await once(nobody, "close");
		const failure = await failureAt(`postgres://visitor:Secret-1@127.0.0.1:${port}/faces`);
		expect(failure).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
		expect(inspect(failure, { depth: 9 })).not.toContain("Secret-1");
	});
});
