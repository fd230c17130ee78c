/** What a gallery keeps of having been measured: the score's scale, and what it was measured on. */
import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { ScoreScale } from "../../resemblance/score-scale.ts";

export interface MeasuredScale {
	readonly scale: ScoreScale;
	/** Photos that the gallery had then: with many more or fewer, it has to be measured again. */
	readonly numPhotos: number;
	/** Strangers that it was measured with; 0 where its own people took their place. */
	readonly numStrangers: number;
	/** How people were ranked then, see `find-people.ts`; missing in files from before it was kept. */
	readonly photoWeight?: number | undefined;
}

const SECTION = z.object({
	scale: z.object({
		isRelative: z.boolean(),
		floor: z.number(),
		fair: z.number(),
		strong: z.number(),
		twin: z.number(),
	}),
	numPhotos: z.number(),
	numStrangers: z.number(),
	photoWeight: z.number().optional(),
});

export function encodeScale(measured: MeasuredScale): Uint8Array {
	return new TextEncoder().encode(JSON.stringify(measured));
}

/** @throws AppError INDEX_CORRUPT for bytes that `encodeScale` did not write */
export function decodeScale(bytes: Uint8Array): MeasuredScale {
	try {
		return SECTION.parse(JSON.parse(new TextDecoder().decode(bytes)));
	} catch (cause) {
		throw new AppError("INDEX_CORRUPT", "The gallery's scale of the score is not readable.", { cause });
	}
}
