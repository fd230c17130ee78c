/**
 * What the server and its decoding processes tell each other. Messages go over Node's channel; photos and pixels go
 * as they are over a pipe beside it, as copying them into messages took three times as long.
 */
import type { Duplex } from "node:stream";
import type { ErrorCode } from "../../errors.ts";
import type { DecodeOptions } from "../decode-photo.ts";
import type { DecodeNeed } from "./memory-need.ts";

/** The pipe's descriptor in the process. */
export const PIPE_DESCRIPTOR = 4;

/** What decoding a photo may take. */
export interface DecodeBounds {
	/** Memory beyond what the process has. */
	readonly maxBytes: number;
	/** Milliseconds of the processor: how long a busy machine keeps the process waiting is not the photo's fault. */
	readonly maxWorkMs: number;
}

/** To the process. */
export type Order =
	/** A photo comes through the pipe: its header is to be read. */
	| { readonly kind: "read"; readonly byteLength: number; readonly options: DecodeOptions }
	/** That photo is to be decoded, within so much memory and so many milliseconds of the processor. */
	| ({ readonly kind: "decode" } & DecodeBounds)
	/** That photo is not wanted any more. */
	| { readonly kind: "forget" };

/** From the process. */
export type Report =
	/** It has started. */
	| { readonly kind: "ready" }
	| { readonly kind: "need"; readonly need: DecodeNeed }
	/** Pixels come through the pipe. */
	| {
			readonly kind: "pixels";
			readonly width: number;
			readonly height: number;
			readonly fullWidth: number;
			readonly fullHeight: number;
	  }
	/** An AppError, as data. */
	| {
			readonly kind: "refusal";
			readonly code: ErrorCode;
			readonly message: string;
			readonly hint: string | undefined;
	  }
	/** A bug. */
	| { readonly kind: "failure"; readonly stack: string }
	/** The process ends itself, as the photo takes more than it may: "it took more memory than its header says". */
	| { readonly kind: "too-much"; readonly why: string };

/** The next bytes of a stream that nobody else reads. */
export async function readExactly(stream: Duplex, byteLength: number): Promise<Uint8Array> {
	const bytes = new Uint8Array(byteLength);
	for (let done = 0; done < byteLength; ) {
		const chunk: Buffer | null = stream.read(Math.min(byteLength - done, stream.readableLength || 1));
		if (chunk === null) {
			await new Promise((resolve) => stream.once("readable", resolve));
			continue;
		}
		bytes.set(chunk, done);
		done += chunk.byteLength;
	}
	return bytes;
}
