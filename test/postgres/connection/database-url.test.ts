import { expect, it } from "vitest";
import { readConfig } from "../../../src/config/config.ts";
import { AppError } from "../../../src/errors.ts";
import { Database } from "../../../src/postgres/connection/database.ts";
import { expectDatabaseUrl } from "../../../src/postgres/connection/database-url.ts";

function failureOf(address: string): unknown {
	try {
		return Database.at(address);
	} catch (error) {
		return error;
	}
}

it.each([
	"postgres://user:secret@host/faces%",
	"postgres://user:secret%@host/faces",
	"postgres://user%:secret@host/faces",
	"postgres://user:secret@host:99999/faces",
	"postgres://user:secret@host/faces?schema=a;b",
	"postgres://user:secret@host/faces?schema=pg_film",
	"postgres://user:secret@host/faces?schema=film_loading",
	"postgres://user:secret@host/faces?schema=film_building",
])("refuses %s as a setting, and does not repeat its password", (address) => {
	const failure = failureOf(address);
	expect(failure).toBeInstanceOf(AppError);
	const { code, message, cause } = failure as AppError;
	expect(code).toBe("INVALID_SETTING");
	expect(message).not.toContain("secret");
	expect(cause).toBeUndefined();
});

it.each([
	"postgres://user:secret@host/faces",
	"postgres://user:a/secret@host/faces",
	"postgres://host/faces?password=secret",
	"postgress://user:secret@host/faces",
])("refuses %s as an argument, and does not repeat its password", (address) => {
	for (const take of [() => expectDatabaseUrl(address), () => readConfig({ GALLERY: address }, {})]) {
		expect(take).toThrow(AppError);
		expect(take).not.toThrow("secret");
	}
});

it("takes an address without a password, whatever else has an @ or a colon", () => {
	expect(() => expectDatabaseUrl("postgres://user@host:5432/faces?application_name=a:b")).not.toThrow();
});

it("says of a setting that is no address what it should be, and does not repeat it", () => {
	const settings = { GALLERY: "postgres://host/faces", DATABASE_WRITER: "user:secret@host/faces" };
	expect(() => readConfig({}, settings)).toThrow("DATABASE_WRITER");
	expect(() => readConfig({}, settings)).not.toThrow("secret");
});

it("wants to be told who changes a gallery in a database over the API", () => {
	const settings = { GALLERY: "postgres://host/faces", ADMINISTRATION: "on", API_KEYS_FILE: "keys.json" };
	expect(() => readConfig({}, settings)).toThrow("Expected DATABASE_WRITER");
	const { database } = readConfig({}, { ...settings, DATABASE_WRITER: "postgres://editor@host/faces" });
	expect(database?.writer).toBe("postgres://editor@host/faces");
});
