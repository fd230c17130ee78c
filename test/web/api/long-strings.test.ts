import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeBase64, shortenJson } from "../../../src/web/api/long-strings.ts";
import { countTurns } from "../../helpers/count-turns.ts";

/** As long as many of the pieces in which it is decoded, and no multiple of anything. */
const PHOTO = randomBytes(1_234_567);
const BASE64 = PHOTO.toString("base64");

describe("JSON with long strings", () => {
	it("is the same without them, and has their bytes beside it", () => {
		const long = `${"a".repeat(3000)}\\"`;
		const text = JSON.stringify({ photo: [BASE64, "short"], [long]: 'b "c" \\', k: 3 });
		const { json, longStrings } = shortenJson(Buffer.from(text), 1000) ?? expect.unreachable();
		const [photo, name] = [...longStrings.keys()] as [string, string];
		expect(JSON.parse(json)).toEqual({ photo: [photo, "short"], [name]: 'b "c" \\', k: 3 });
		expect(longStrings.get(photo)?.toString()).toBe(BASE64);
		expect(longStrings.get(name)?.toString()).toBe(JSON.stringify(long).slice(1, -1));
	});

	it("is none where its last string does not end", () => {
		const { json } = shortenJson(Buffer.from(`{"photo":"${"A".repeat(500)}`), 1000) ?? expect.unreachable();
		expect(() => JSON.parse(json)).toThrow(SyntaxError);
	});

	it("is refused where it is not UTF-8", () => {
		expect(() => shortenJson(Buffer.from([0x22, 0xff, 0x22]), 1000)).toThrow(TypeError);
	});
});

describe("base64 in JSON", () => {
	it.each([
		["as it is", BASE64],
		["without its padding", BASE64.replace(/=+$/, "")],
		["for addresses", PHOTO.toString("base64url")],
		["with slashes escaped", BASE64.replaceAll("/", "\\/")],
		["with signs as numbers", BASE64.replaceAll("+", "\\u002B").replaceAll("=", "\\u003D")],
	])("is decoded %s", async (_how, digits) => {
		expect((await decodeBase64(Buffer.from(digits)))?.equals(PHOTO)).toBe(true);
	});

	it.each([
		["another sign", "AAA!"],
		["a line's end", "AAAA\\nAAAA"],
		["a sign beyond ASCII", "AAAÁ"],
		["an escaped sign whose last byte is a digit's", "\\u0141AAA"],
		["what is no escape", "AAA\\x"],
		["a padding in between", `AA==${"A".repeat(2_000_000)}`],
		["another sign far behind", `${"A".repeat(2_000_000)}!AAA`],
	])("is refused with %s", async (_what, digits) => {
		expect(await decodeBase64(Buffer.from(digits))).toBeUndefined();
	});

	it("lets others have their turn while a long one is decoded", async () => {
		const { numTurns } = await countTurns(() => decodeBase64(Buffer.from(BASE64)));
		expect(numTurns).toBeGreaterThanOrEqual(2);
	});
});
