import { expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { Database } from "../../src/postgres/database.ts";

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
])("refuses %s as a setting, and does not repeat its password", (address) => {
	const failure = failureOf(address);
	expect(failure).toBeInstanceOf(AppError);
	const { code, message, cause } = failure as AppError;
	expect(code).toBe("INVALID_SETTING");
	expect(message).not.toContain("secret");
	expect(cause).toBeUndefined();
});
