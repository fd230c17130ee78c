/** The pool of decoding processes behind its thread: what it answers is the pool's, and nothing of either is left. */
import process, { kill } from "node:process";
import sharp from "sharp";
import { afterEach, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { decodePhoto } from "../../../src/image/decode-photo.ts";
import { DecodeThread } from "../../../src/image/decoding/decode-thread.ts";
import { isAlive } from "../../helpers/processes/processes.ts";

let thread: DecodeThread;
const open = () => {
	thread = new DecodeThread({
		...{ maxProcesses: 1, budgetBytes: 1e9, environment: process.env, deadlineMs: 60_000 },
	});
	return thread;
};
afterEach(() => thread.close());

const flat = (side: number) =>
	sharp({ create: { width: side, height: side, channels: 3, background: "#345678" } });
/** Takes about a second to decode: held whole, 16 bit. */
const slowPhoto = () =>
	flat(5000).toColourspace("rgb16").png({ compressionLevel: 1, progressive: true }).toBuffer();

const until = async (condition: () => Promise<boolean>) => {
	while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
};

it("decodes as this process does, whatever the photo's file is a part of, which stays as it was", async () => {
	const file = await flat(900).resize(900, 300).jpeg().toBuffer();
	const around = new Uint8Array(file.byteLength + 20).fill(7);
	around.set(file, 10);
	const bytes = around.subarray(10, -10);
	const options = { maxSidePx: 400 };
	const { data, ...size } = await open().decode(bytes, options);
	const { data: dataHere, ...sizeHere } = await decodePhoto(bytes, options);
	expect(size).toEqual(sizeHere);
	expect(Buffer.compare(data, dataHere)).toBe(0);
	expect(Buffer.compare(bytes, file)).toBe(0);
	expect(await thread.measure(bytes)).toMatchObject({ isHeavy: false });
});

it("tells why a photo is refused, and what to do", async () => {
	const refused = await open()
		.decode(Buffer.from("text"))
		.catch((error: unknown) => error);
	expect(refused).toBeInstanceOf(AppError);
	expect(refused).toMatchObject({ code: "UNSUPPORTED_IMAGE", hint: expect.stringContaining("formats") });
});

it("stops what nobody waits for, and is there for the next photo", async () => {
	open();
	const gone = new AbortController();
	const answer = thread.decode(await slowPhoto(), {}, gone.signal);
	await until(async () => (await thread.counts()).bytesTaken > 0);
	const [pid] = (await thread.counts()).processIds;
	const reason = new AppError("ANSWER_TIMEOUT", "enough");
	gone.abort(reason);
	await expect(answer).rejects.toBe(reason);
	expect(isAlive(pid!)).toBe(false);
	await expect(thread.decode(await flat(300).png().toBuffer(), {}, gone.signal)).rejects.toBe(reason);
	expect(await thread.decode(await flat(300).png().toBuffer())).toMatchObject({ width: 300 });
	expect(await thread.counts()).toMatchObject({ numBusy: 0, bytesTaken: 0 });
});

it("leaves no process when it is closed, and fails what is being decoded", async () => {
	open();
	const answer = thread.decode(await slowPhoto()).catch((error: Error) => error.message);
	await until(async () => (await thread.counts()).bytesTaken > 0);
	const { processIds } = await thread.counts();
	await thread.close();
	expect(processIds.map(isAlive)).toEqual([false]);
	expect(await answer).toBeTypeOf("string");
	await expect(thread.counts()).rejects.toThrow("was ended");
});

it("has another process where one was killed", async () => {
	open();
	const photo = await flat(300).png().toBuffer();
	await thread.decode(photo);
	const [pid] = (await thread.counts()).processIds;
	kill(pid!, "SIGKILL");
	expect(await thread.decode(photo)).toMatchObject({ width: 300 });
});
