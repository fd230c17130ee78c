/** What the server's own thread and the one that has the decoding processes tell each other. */
import type { ErrorCode } from "../../errors.ts";
import type { DecodedPhoto, DecodeOptions } from "../decode-photo.ts";
import type { DecodeNeed } from "./memory-need.ts";

/** What is going on, for whoever measures. */
export interface DecodingCounts {
	/** Photos that are being read or decoded. */
	readonly numBusy: number;
	/** Memory that is set aside for them, in bytes. */
	readonly bytesTaken: number;
	readonly processIds: readonly number[];
}

/** To the thread; what it is asked has a number, and is answered with it. */
export type ThreadOrder =
	| {
			readonly kind: "measure" | "decode";
			readonly id: number;
			readonly bytes: Uint8Array;
			readonly options: DecodeOptions;
	  }
	/** Nobody waits for that any more; it is answered all the same, once its work has ended. */
	| { readonly kind: "abort"; readonly id: number }
	| { readonly kind: "count"; readonly id: number }
	| { readonly kind: "close" };

export type ThreadAnswer = DecodeNeed | DecodedPhoto | DecodingCounts;

/** From the thread. */
export type ThreadReport = { readonly id: number } & (
	| { readonly kind: "answer"; readonly answer: ThreadAnswer }
	/** An AppError, as data. */
	| {
			readonly kind: "refusal";
			readonly code: ErrorCode;
			readonly message: string;
			readonly hint: string | undefined;
	  }
	/** A bug. */
	| { readonly kind: "failure"; readonly error: unknown }
);
