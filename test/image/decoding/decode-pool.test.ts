/** Real processes on real files: what they decode, and that nothing of them is left once they were told to end. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process, { kill } from "node:process";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { decodePhoto } from "../../../src/image/decode-photo.ts";
import { ChildDecoder } from "../../../src/image/decoding/child-decoder.ts";
import { DecodePool, type DecodePoolOptions } from "../../../src/image/decoding/decode-pool.ts";
import { isAlive } from "../../helpers/processes/processes.ts";

let pool: DecodePool;
const open = (options: Partial<DecodePoolOptions> = {}) => {
	pool = new DecodePool({
		...{ maxProcesses: 2, budgetBytes: 1e9, environment: process.env, deadlineMs: 60_000 },
		...options,
	});
	return pool;
};
afterEach(() => pool?.close());

const flat = (side: number) =>
	sharp({ create: { width: side, height: side, channels: 3, background: "#345678" } });
let slow: Promise<Buffer> | undefined;
/** Takes about a second to decode: held whole, 16 bit. Made once. */
const slowPhoto = () => {
	slow ??= flat(5000).toColourspace("rgb16").png({ compressionLevel: 1, progressive: true }).toBuffer();
	return slow;
};

/** Grey pages of 100 x 100 pixels, all of them with the same bytes; a reader goes through the chain to count them. */
function tiffOfPages(numPages: number): Buffer {
	const [width, bits, colours, strip, samples, rows, length] = [256, 258, 262, 273, 277, 278, 279];
	const tags = [
		[width, 100],
		[width + 1, 100],
		[bits, 8],
		[colours, 1],
		[strip, 8],
		[samples, 1],
		[rows, 100],
		[length, 10_000],
	] as const;
	const pageBytes = 2 + tags.length * 12 + 4;
	const firstPage = 8 + 10_000;
	const file = Buffer.alloc(firstPage + numPages * pageBytes);
	file.write("II*");
	file.writeUInt32LE(firstPage, 4);
	for (let page = 0; page < numPages; page++) {
		const at = firstPage + page * pageBytes;
		file.writeUInt16LE(tags.length, at);
		for (const [i, [tag, value]] of tags.entries()) {
			const entry = at + 2 + i * 12;
			file.writeUInt16LE(tag, entry);
			file.writeUInt16LE(4, entry + 2);
			file.writeUInt32LE(1, entry + 4);
			file.writeUInt32LE(value, entry + 8);
		}
		if (page < numPages - 1) file.writeUInt32LE(at + pageBytes, at + pageBytes - 4);
	}
	return file;
}

/** Lets a process take so many bytes more than it has. */
function limitMemory(pid: number, bytes: number): void {
	const kilobytes = /^VmSize:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
	execFileSync("prlimit", [`--pid=${pid}`, `--as=${Number(kilobytes) * 1024 + bytes}`]);
}

/** Stops it whenever it has been woken. */
const stopAgain = (pid: number) => setInterval(() => isAlive(pid) && kill(pid, "SIGSTOP"), 1);

const codeOf = (answer: Promise<unknown>) =>
	answer.then(
		() => "decoded",
		(error) => (error instanceof AppError ? error.code : error.name),
	);

const until = async (condition: () => boolean) => {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe("a decoding process", () => {
	it("decodes as this process does, upright and shrunk", async () => {
		const bytes = await sharp(await flat(900).resize(900, 300).jpeg().toBuffer())
			.withMetadata({ orientation: 6 })
			.toBuffer();
		const options = { maxSidePx: 400 };
		const { data, ...size } = await open().decode(bytes, options);
		const { data: dataHere, ...sizeHere } = await decodePhoto(bytes, options);
		expect(size).toEqual(sizeHere);
		expect(Buffer.compare(data, dataHere)).toBe(0);
	});

	it("tells refusals as they are, and is there for the next photo", async () => {
		open();
		const [pid] = pool.processIds;
		const half = (await flat(600).jpeg().toBuffer()).subarray(0, 900);
		expect(await codeOf(pool.decode(half))).toBe("BROKEN_IMAGE");
		expect(await codeOf(pool.decode(Buffer.from("text")))).toBe("UNSUPPORTED_IMAGE");
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer(), { maxPixels: 1000 }))).toBe(
			"TOO_MANY_PIXELS",
		);
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("decoded");
		expect(pool.processIds).toEqual([pid]);
	});

	it("ends itself before it takes more memory than it was granted", async () => {
		const decoder = new ChildDecoder(process.env);
		await decoder.ready;
		await decoder.read(await slowPhoto(), {});
		expect(await codeOf(decoder.decode({ maxBytes: 30e6, maxWorkMs: 60_000 }))).toBe("PHOTO_TOO_DEMANDING");
		expect(decoder.isAlive).toBe(false);
	});

	it("reads no more before the pixels than takes a moment: such a photo is refused, the next one decoded", async () => {
		open({ maxProcesses: 1 });
		expect(await codeOf(pool.decode(tiffOfPages(5)))).toBe("decoded");
		expect(await codeOf(pool.measure(tiffOfPages(140_000)))).toBe("PHOTO_TOO_DEMANDING");
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("decoded");
	});

	it("may die once by somebody else's fault: another one decodes the photo", async () => {
		open({ maxProcesses: 1 });
		const answer = codeOf(pool.decode(await slowPhoto()));
		await until(() => pool.bytesTaken > 0);
		kill(pool.processIds[0]!, "SIGKILL");
		expect(await answer).toBe("decoded");
		expect(pool.bytesTaken).toBe(0);
	});

	it("may be stopped while it waits for work: it is told to go on", async () => {
		open({ maxProcesses: 1, deadlineMs: 600_000 });
		const photo = await flat(300).png().toBuffer();
		await pool.decode(photo);
		const [stopped] = pool.processIds;
		kill(stopped!, "SIGSTOP");
		expect(await codeOf(pool.decode(photo))).toBe("decoded");
		expect(pool.processIds).toContain(stopped);
	});

	it("may be stopped again and again: another one decodes the photo", async () => {
		open({ maxProcesses: 1, deadlineMs: 5000 });
		const photo = await flat(300).png().toBuffer();
		await pool.decode(photo);
		const [stopped] = pool.processIds;
		const stopping = stopAgain(stopped!);
		// more than is read before it is stopped again
		const long = Buffer.concat([photo, Buffer.alloc(5e6)]);
		expect(await codeOf(pool.decode(long))).toBe("decoded");
		clearInterval(stopping);
		expect(pool.processIds).not.toContain(stopped);
	});

	it("may be stopped while it starts: it is told to go on", async () => {
		open({ maxProcesses: 1, startMs: 600_000 });
		const [stopped] = pool.processIds;
		kill(stopped!, "SIGSTOP");
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("decoded");
		expect(pool.processIds).toContain(stopped);
	});

	it("may never start: it is ended, and another one started", async () => {
		open({ maxProcesses: 1, startMs: 5000 });
		const [stopped] = pool.processIds;
		const stopping = stopAgain(stopped!);
		const answer = codeOf(pool.decode(await flat(300).png().toBuffer()));
		await until(() => pool.processIds.some((pid) => pid !== stopped));
		clearInterval(stopping);
		expect(isAlive(stopped!)).toBe(false);
		await pool.close();
		await answer;
	});

	it("holds nobody who no longer waits for it to start", async () => {
		open({ maxProcesses: 1, startMs: 600_000 });
		const [stopped] = pool.processIds;
		kill(stopped!, "SIGSTOP");
		const gone = new AbortController();
		const answer = codeOf(pool.decode(await flat(300).png().toBuffer(), {}, gone.signal));
		await until(() => pool.numBusy === 1);
		gone.abort(new AppError("ANSWER_TIMEOUT", "enough"));
		expect(await answer).toBe("ANSWER_TIMEOUT");
		expect(pool.numBusy).toBe(0);
		kill(stopped!, "SIGCONT");
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("decoded");
	});

	it("may crash over a photo: the second time it is refused, and not called damaged; the next one is decoded", async () => {
		open({ maxProcesses: 1 });
		const answer = codeOf(pool.decode(await slowPhoto()));
		for (let numKilled = 0; numKilled < 2; numKilled++) {
			await until(() => pool.bytesTaken > 0);
			kill(pool.processIds.at(-1)!, "SIGSEGV");
			await until(() => pool.bytesTaken === 0);
		}
		expect(await answer).toBe("PHOTO_TOO_DEMANDING");
		expect(pool.bytesTaken).toBe(0);
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("decoded");
	});

	it("may be ended by the system again and again, as memory runs out: no photo is to blame", async () => {
		open({ maxProcesses: 1 });
		const answer = codeOf(pool.decode(await slowPhoto()));
		for (let numKilled = 0; numKilled < 2; numKilled++) {
			await until(() => pool.bytesTaken > 0);
			kill(pool.processIds.at(-1)!, "SIGKILL");
			await until(() => pool.bytesTaken === 0);
		}
		expect(await answer).toBe("OUT_OF_MEMORY");
	});

	it.runIf(process.platform === "linux")(
		"may find no memory for a photo: it says so, and nothing of that one passes for the next",
		async () => {
			open({ maxProcesses: 1 });
			const next = await flat(300).png().toBuffer();
			await pool.decode(next);
			limitMemory(pool.processIds[0]!, 30e6);
			expect(await codeOf(pool.decode(await slowPhoto()))).toBe("OUT_OF_MEMORY");
			expect((await pool.decode(next)).width).toBe(300);
		},
	);
});

describe("a pool of them", () => {
	it("blames no photo where processes can't be started", async () => {
		open({ environment: { ...process.env, NODE_OPTIONS: "--require=/nothing/here.cjs" } });
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("ENGINE_UNAVAILABLE");
		expect(pool.numBusy).toBe(0);
	});

	it("blames no photo where there is no room for another process, and takes the next", async () => {
		const environment: NodeJS.ProcessEnv = { ...process.env };
		open({ environment });
		const photo = await flat(300).png().toBuffer();
		await pool.decode(photo);
		// refused before a process begins, as where memory is out
		environment.FULL = "\0";
		kill(pool.processIds[0]!, "SIGKILL");
		await until(() => pool.processIds.length === 0);
		expect(await codeOf(pool.decode(photo))).toBe("ENGINE_UNAVAILABLE");
		delete environment.FULL;
		expect(await codeOf(pool.decode(photo))).toBe("decoded");
	});

	it("knows a bomb by its header", async () => {
		open({ budgetBytes: 200e6 });
		const avif = await flat(4000).avif({ effort: 0 }).toBuffer();
		expect(await codeOf(pool.decode(avif))).toBe("PHOTO_TOO_DEMANDING");
		expect(await codeOf(pool.measure(avif))).toBe("PHOTO_TOO_DEMANDING");
		expect(await codeOf(pool.decode(await flat(4000).jpeg().toBuffer()))).toBe("decoded");
	});

	it("tells slow photos from quick ones", async () => {
		open();
		expect((await pool.measure(await slowPhoto())).isHeavy).toBe(true);
		expect((await pool.measure(await flat(4000).jpeg().toBuffer())).isHeavy).toBe(false);
	});

	it("stops what nobody waits for: once it says so, the process is gone", async () => {
		open();
		const gone = new AbortController();
		const answer = codeOf(pool.decode(await slowPhoto(), {}, gone.signal));
		await until(() => pool.bytesTaken > 0);
		const [pid] = pool.processIds;
		gone.abort();
		expect(await answer).toBe("AbortError");
		expect(isAlive(pid!)).toBe(false);
		expect([pool.numBusy, pool.bytesTaken]).toEqual([0, 0]);
	});

	it("comes to its end with a photo that takes no time: starting another process would take more", async () => {
		open();
		const pids = pool.processIds;
		const gone = new AbortController();
		const answer = codeOf(pool.decode(await flat(3000).jpeg().toBuffer(), {}, gone.signal));
		await until(() => pool.bytesTaken > 0);
		gone.abort();
		expect(await answer).toBe("AbortError");
		expect([pool.numBusy, pool.bytesTaken]).toEqual([0, 0]);
		expect(await codeOf(pool.decode(await flat(300).png().toBuffer()))).toBe("decoded");
		expect(pool.processIds).toEqual(pids);
	});

	it("gives no photo more of the processor than it may have", async () => {
		open({ maxWorkMs: 200 });
		expect(await codeOf(pool.decode(await slowPhoto()))).toBe("PHOTO_TOO_DEMANDING");
		expect(pool.numBusy).toBe(0);
	});

	it("never works on more photos than it may, whenever visitors leave", async () => {
		open({ maxProcesses: 2 });
		const bytes = await slowPhoto();
		const small = await flat(300).png().toBuffer();
		const visitors = Array.from({ length: 12 }, (_, i) => {
			const gone = new AbortController();
			setTimeout(() => gone.abort(), i * 40);
			return codeOf(pool.decode(bytes, {}, gone.signal));
		});
		let mostBusy = 0;
		let mostProcesses = 0;
		const watch = setInterval(() => {
			mostBusy = Math.max(mostBusy, pool.numBusy);
			mostProcesses = Math.max(mostProcesses, pool.processIds.length);
		}, 1);
		expect(new Set(await Promise.all(visitors))).toEqual(new Set(["AbortError"]));
		expect(await codeOf(pool.decode(small))).toBe("decoded");
		clearInterval(watch);
		expect(mostBusy).toBeLessThanOrEqual(2);
		// one more may be starting in the place of one that was killed
		expect(mostProcesses).toBeLessThanOrEqual(3);
	});

	it("lets spare processes go when there is nothing to do", async () => {
		open({ maxProcesses: 2, idleMs: 50 });
		const bytes = await flat(300).png().toBuffer();
		await Promise.all([pool.decode(bytes), pool.decode(bytes)]);
		expect(pool.processIds).toHaveLength(2);
		await until(() => pool.processIds.length === 1);
	});

	it("leaves no process when it is closed", async () => {
		open();
		const pids = pool.processIds;
		await pool.close();
		expect(pids.map(isAlive)).toEqual([false]);
	});
});
