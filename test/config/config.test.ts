import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { AppError } from "../../src/errors.ts";

function failure(environment: Record<string, string>): AppError {
	try {
		readConfig({}, environment);
	} catch (error) {
		if (error instanceof AppError) return error;
		throw error;
	}
	return expect.fail("the settings were accepted");
}

describe("readConfig", () => {
	it("has a default for every setting", () => {
		expect(readConfig({}, {})).toMatchObject({
			port: 2018,
			engine: "auto",
			wikipediaPictures: true,
			maxUploadBytes: 15_000_000,
		});
	});

	it("takes an empty variable for one that is not set", () => {
		expect(readConfig({}, { PORT: "" }).port).toBe(2018);
	});

	it("reads numbers, switches and paths", () => {
		const config = readConfig({}, { PORT: "0", WIKIPEDIA_PICTURES: "off", GALLERY: "my.gallery" });
		expect(config).toMatchObject({ port: 0, wikipediaPictures: false });
		expect(config.galleryFile).toMatch(/^\/.*my\.gallery$/);
	});

	it.each([
		["PORT", "70000"],
		["PORT", "2018.5"],
		["PORT", "http"],
		["FACE_ENGINE", "gpu"],
		["MAX_UPLOAD_MB", "0"],
		["WIKIPEDIA_PICTURES", "yes"],
		["TRUST_PROXY", "-1"],
		["BASE_PATH", "faces"],
		["BASE_PATH", "/a b"],
		["PROCESSES", "0"],
	])("refuses %s=%s and names it", (name, value) => {
		const error = failure({ [name]: value });
		expect(error.code).toBe("INVALID_SETTING");
		expect(error.message).toContain(`${name}="${value}"`);
	});

	it("names all wrong settings at once", () => {
		expect(failure({ PORT: "x", MAX_QUEUED: "-1" }).message).toMatch(/PORT.*MAX_QUEUED/);
	});

	it("puts what is given by hand before the environment", () => {
		expect(readConfig({ PORT: "1" }, { PORT: "2", HOST: "::1" })).toMatchObject({ port: 1, host: "::1" });
		expect(readConfig({ PORT: undefined }, { PORT: "2" }).port).toBe(2);
	});

	it("takes a base path with or without a slash at its end", () => {
		const read = (BASE_PATH: string) => readConfig({}, { BASE_PATH }).basePath;
		expect(["", "/", "/faces", "/faces/", "/a/b"].map(read)).toEqual(["", "", "/faces", "/faces", "/a/b"]);
	});

	it("is frozen", () => {
		expect(Object.isFrozen(readConfig({}, {}))).toBe(true);
	});
});
