/**
 * Additions as JSON lines, one addition each. What they hold is taken as it is, as in the catalogue: their file's
 * checksum says that it is what was written, and `gallery verify` whether it is right.
 */
import { z } from "zod";
import { AppError } from "../../errors.ts";
import { isPerson, isPhotoEntry, type PhotoEntry, toEntry } from "../catalogue.ts";
import { encodeGeometries, RECORD_BYTES, readGeometry } from "../file/photo-codec.ts";
import type { Person } from "../person.ts";
import type { GalleryAddition } from "./addition.ts";

const NUMBER = z.number().int().min(0);
const bytes = z.base64().transform((text) => {
	// copied, as a Buffer's bytes need not lie at a multiple of four
	return Uint8Array.from(Buffer.from(text, "base64"));
});
const LINE = z.strictObject({
	people: z.array(z.tuple([NUMBER, z.custom<Person>(isPerson)])),
	/** Whose photo, and the catalogue's entry of it. */
	photos: z.array(z.tuple([NUMBER, z.custom<PhotoEntry>(isPhotoEntry)])),
	/** Base64 of the photos' records, see photo-codec.ts. */
	records: bytes,
	/** Base64 of float32, little-endian, row-major. */
	embeddings: bytes,
});

/** One line, with its end. */
export function encodeAddition({ people, photos, embeddings }: GalleryAddition): Buffer {
	const line: z.input<typeof LINE> = {
		people: people.map(([number, person]) => [number, person]),
		photos: photos.map((photo) => [photo.person, toEntry(photo)]),
		records: Buffer.from(encodeGeometries(photos)).toString("base64"),
		embeddings: Buffer.from(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength).toString(
			"base64",
		),
	};
	return Buffer.from(`${JSON.stringify(line)}\n`);
}

/** @throws AppError INDEX_CORRUPT for what `encodeAddition` did not write */
export function parseAdditions(lines: Buffer): GalleryAddition[] {
	return lines.toString("utf8").split("\n").slice(0, -1).map(parseAddition);
}

function parseAddition(line: string): GalleryAddition {
	try {
		const { people, photos, records, embeddings } = LINE.parse(JSON.parse(line));
		if (records.byteLength !== photos.length * RECORD_BYTES) throw new RangeError("Not as many records.");
		return {
			people,
			photos: photos.map(([person, [source, picture, credit]], i) => ({
				person,
				source,
				picture: picture ?? undefined,
				...readGeometry(records, i),
				...(credit && { credit }),
			})),
			embeddings: new Float32Array(embeddings.buffer),
		};
	} catch (cause) {
		throw new AppError("INDEX_CORRUPT", "An addition to the gallery is not readable.", { cause });
	}
}
