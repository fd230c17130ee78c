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
	"postgres://user:secret@one,two/faces",
	"postgres://user:secret@one:5432,two:5433/faces",
	"postgres://user:secret@/faces?host=one,two",
	// what follows a character that has to be encoded would be shown as the database's name, or a port
	"postgres://user:12/secret@host/faces",
	"postgres://user:12?secret@host/faces",
	"postgres://user:12#secret@host/faces",
])("refuses %s as a setting, and does not repeat its password", (address) => {
	const failure = failureOf(address);
	expect(failure).toBeInstanceOf(AppError);
	const { code, message, cause } = failure as AppError;
	expect(code).toBe("INVALID_SETTING");
	expect(message).not.toContain("secret");
	expect(cause).toBeUndefined();
});

it("says what to do where several hosts are named", () => {
	expect(failureOf("postgres://one:5432,two:5432/faces")).toMatchObject({
		message: expect.stringContaining("names several hosts"),
	});
	expect(failureOf("postgres://user:a,b@one/faces")).toBeInstanceOf(Database);
});

it.each(["prefer", "require", "verify-ca"])("keeps sslmode=%s what the driver takes it for today", (mode) => {
	const { place } = Database.at(`postgres://host/faces?sslmode=${mode}`);
	expect(place.connectionString).toContain("sslmode=verify-full");
});

it("shows the host that is asked", () => {
	expect(Database.at("postgres:///faces?host=/run/postgresql").place.label).toContain(
		"/run/postgresql:5432/faces",
	);
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
