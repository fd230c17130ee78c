/**
 * A process that decodes photos for the server, one at a time, and may be killed at any moment. While libvips works
 * in its threads, this one watches how much memory the process has, and ends it before it takes too much.
 */
import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import process from "node:process";
import sharp from "sharp";
import { AppError } from "../../errors.ts";
import { isOutOfMemory, outOfMemory } from "../../out-of-memory.ts";
import { type DecodeOptions, decodePixels, type PhotoHeader, readPhotoHeader } from "../decode-photo.ts";
import { estimateNeed } from "./memory-need.ts";
import { type Order, PIPE_DESCRIPTOR, type Report, readExactly } from "./messages.ts";

/** Decoders fill about 1 GB a second. */
const WATCH_MS = 10;
/**
 * Of the processor, for what stands before the pixels: texts that are packed a thousandfold, or 60,000 pages, take seconds,
 * and whoever judges photos by their headers has not yet judged. 14 MB of EXIF take 34 ms, a WebP of 10,000 frames 137.
 */
const MAX_HEADER_MS = 500;

interface HeldPhoto {
	readonly bytes: Uint8Array;
	readonly options: DecodeOptions;
	readonly header: PhotoHeader;
}

// one photo at a time: more threads only hold more rows
sharp.concurrency(1);
offerToOutOfMemoryKiller();
const pipe = new Socket({ fd: PIPE_DESCRIPTOR, readable: true, writable: true });
pipe.on("error", endNow);
process.on("disconnect", endNow);
// a terminal's Ctrl-C reaches all processes of the group: the server says when this one ends
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

let held: HeldPhoto | undefined;
report({ kind: "ready" });
process.on("message", (order: Order) => {
	carryOut(order).catch((error: unknown) => {
		held = undefined;
		const refusal = isOutOfMemory(error) ? outOfMemory() : error;
		// the rest of this photo may still come through the pipe, and must not pass for the next one
		const onSent = error instanceof AppError ? undefined : endNow;
		if (refusal instanceof AppError) {
			const { code, message, hint } = refusal;
			report({ kind: "refusal", code, message, hint }, onSent);
		} else {
			report({ kind: "failure", stack: String(error instanceof Error ? error.stack : error) }, onSent);
		}
	});
});

async function carryOut(order: Order): Promise<void> {
	if (order.kind === "forget") {
		held = undefined;
	} else if (order.kind === "read") {
		const { byteLength, options } = order;
		const bytes = await readExactly(pipe, byteLength);
		const watch = endIf(spends(MAX_HEADER_MS), "what stands before its pixels takes too long");
		try {
			const header = await readPhotoHeader(bytes, options);
			held = { bytes, options, header };
			report({ kind: "need", need: estimateNeed(header, options) });
		} finally {
			clearInterval(watch);
		}
	} else {
		if (!held) throw new RangeError("Expected a photo to have been read before it is decoded.");
		const { bytes, header, options } = held;
		held = undefined;
		const maxRss = process.memoryUsage.rss() + order.maxBytes;
		const watches = [
			endIf(() => process.memoryUsage.rss() > maxRss, "it took more memory than its header says"),
			endIf(spends(order.maxWorkMs), "it takes too long"),
		];
		try {
			const { data, ...size } = await decodePixels(bytes, header, options);
			report({ kind: "pixels", ...size });
			pipe.write(data);
		} finally {
			for (const watch of watches) clearInterval(watch);
		}
	}
}

/** Ends the process as soon as that holds, and says why. */
function endIf(isTooMuch: () => boolean, why: string): NodeJS.Timeout {
	return setInterval(() => {
		if (isTooMuch()) report({ kind: "too-much", why }, endNow);
	}, WATCH_MS);
}

/** Whether more time of the processor has been spent from here on. */
function spends(maxMs: number): () => boolean {
	const before = process.cpuUsage();
	return () => {
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1000 > maxMs;
	};
}

function report(message: Report, onSent: () => void = () => {}): void {
	process.send?.(message, undefined, undefined, onSent);
}

/** `process.exit` would wait for libvips. */
function endNow(): void {
	process.kill(process.pid, "SIGKILL");
}

/** Where the machine runs out of memory all the same, Linux is to end this process and not the server. */
function offerToOutOfMemoryKiller(): void {
	try {
		writeFileSync("/proc/self/oom_score_adj", "1000");
	} catch {
		// another system, or one that doesn't let us
	}
}
