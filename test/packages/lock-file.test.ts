import { expect, test } from "vitest";
import { findLockFaults, type LockedPackage } from "../../scripts/packages/lock-file.ts";

const sound: LockedPackage = { folder: "node_modules/a", name: "a", version: "1.0.0", integrity: "sha512-x" };

test("finds nothing wrong with a verified package without a script", () => {
	expect(findLockFaults([sound], {})).toEqual([]);
});

test("names a package that can't be verified, and one verified by an old hash", () => {
	const { integrity: _, ...bare } = sound;
	expect(findLockFaults([bare], {})).toEqual([expect.stringContaining("a 1.0.0 has no sha512 integrity")]);
	expect(findLockFaults([{ ...sound, integrity: "sha1-x" }], {})).toHaveLength(1);
});

test("names a new install script, but not a known one", () => {
	const scripted = { ...sound, hasInstallScript: true };
	expect(findLockFaults([scripted], {})).toEqual([expect.stringContaining("a 1.0.0 wants to run a script")]);
	expect(findLockFaults([scripted], { a: "builds itself" })).toEqual([]);
});

test("asks for a known script's line to go when the script is gone", () => {
	expect(findLockFaults([sound], { a: "builds itself" })).toEqual([
		expect.stringContaining("a no longer wants"),
	]);
});
