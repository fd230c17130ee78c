import { expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { writeFailure } from "../../src/files/write-failure.ts";

it.each([
	["ENOSPC", "DISK_FULL", "the disk is full"],
	["EDQUOT", "DISK_FULL", "quota"],
	["EROFS", "READ_ONLY", "read-only"],
	["EACCES", "READ_ONLY", "may not write"],
	["EIO", "FILE_NOT_WRITABLE", "could not"],
])("says what %s means", (code, expected, words) => {
	const failure = writeFailure("/x/a.bin", Object.assign(new Error(code), { code }));
	expect(failure).toMatchObject({ code: expected, message: expect.stringContaining(words) });
	expect(failure.message).toContain("/x/a.bin");
});

it("keeps an expected failure as it is", () => {
	const failure = new AppError("FILE_CHANGED", "x");
	expect(writeFailure("/x", failure)).toBe(failure);
});
