/** Where memory runs out, whoever asks is told that, and no photo is called broken. */
import { afterEach, expect, it, vi } from "vitest";
import { AppError } from "../../src/errors.ts";
import { isOutOfMemory } from "../../src/out-of-memory.ts";
import { errorOf, type FakeParts, photoForm, type RunningApp, startApp } from "./start-app.ts";

let app: RunningApp;
afterEach(async () => {
	vi.restoreAllMocks();
	await app?.close();
});

const noMemory = () => {
	throw new RangeError("Array buffer allocation failed");
};
const post = async (parts: FakeParts = {}) => {
	app = await startApp(parts);
	return () => fetch(`${app.url}/api/v1/match`, { method: "POST", body: photoForm() });
};

it("is told with a code of its own, and logged once", async () => {
	const send = await post({ findLookalikes: async () => noMemory() });
	for (let i = 0; i < 3; i++) {
		const response = await send();
		expect(response.status).toBe(503);
		expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await errorOf(response)).code).toBe("OUT_OF_MEMORY");
	}
	expect(app.log.filter((line) => line.includes("allocation failed"))).toHaveLength(1);
});

it("is told where an upload can't be held, which is none that was cut off", async () => {
	const send = await post();
	vi.spyOn(Buffer, "allocUnsafeSlow").mockImplementationOnce(noMemory);
	expect((await errorOf(await send())).code).toBe("OUT_OF_MEMORY");
	expect((await send()).status).toBe(200);
});

it.each([
	new RangeError("Array buffer allocation failed"),
	new RangeError("WebAssembly.Memory(): could not allocate memory"),
	new Error("std::bad_alloc"),
	new Error("vips_tracked: out of memory --- size == 286MB"),
	new Error("VipsJpeg: Insufficient memory (case 4)"),
	Object.assign(new Error("spawn ENOMEM"), { code: "ENOMEM" }),
	new AppError("INVALID_REQUEST", "The body was cut off.", { cause: new Error("std::bad_alloc") }),
])("is known by what is said of it: %s", (error) => {
	expect(isOutOfMemory(error)).toBe(true);
});

it("is not what a visitor says", () => {
	let complaint: unknown;
	try {
		JSON.parse("out of memory");
	} catch (error) {
		complaint = error;
	}
	expect(isOutOfMemory(new AppError("INVALID_REQUEST", "out of memory", { cause: complaint }))).toBe(false);
});

it("is not what a forged photo asks for", () => {
	const forged = "heif: Memory allocation error: Security limit exceeded: Allocating 9 GB exceeds the limit";
	expect(isOutOfMemory(new Error(forged))).toBe(false);
});
