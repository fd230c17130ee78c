/** How much of the memory that the server may take is for uploads, and for decoding them. */

/** More is never needed by a photo that anyone took: 50 megapixels of AVIF take as much. */
const MOST_BYTES = 1_200e6;
/** A photo of 12 megapixels, as telephones save it, is always decoded. */
const LEAST_BYTES = 100e6;
/** What a decoding process takes before it is handed a photo, beyond what it shares with the server. */
const PROCESS_BYTES = 45e6;
/** For uploads and answers on their way, per photo that is worked on. */
const PHOTO_BYTES = 40e6;

/** Uploads are held from their first byte until they are answered. */
const UPLOADS_SHARE = 0.08;
const MOST_UPLOAD_BYTES = 500e6;
/** What surrounds a photo in a form. */
const FORM_BYTES = 100e3;

/**
 * Bytes of all uploads that may be held at a time: at least one upload fits.
 * @param memoryBytes that the server may take altogether
 * @param maxUploadBytes of one photo
 */
export function shareForUploads(memoryBytes: number, maxUploadBytes: number): number {
	return Math.max(maxUploadBytes + FORM_BYTES, Math.min(MOST_UPLOAD_BYTES, memoryBytes * UPLOADS_SHARE));
}

/**
 * Bytes that photos which are being decoded may take at a time.
 * @param memoryBytes that the server may take altogether
 * @param takenBytes by the server once it is ready
 * @param maxActive photos that are worked on at a time
 * @returns bytes
 */
export function shareForDecoding(memoryBytes: number, takenBytes: number, maxActive: number): number {
	const left = memoryBytes - takenBytes - maxActive * (PROCESS_BYTES + PHOTO_BYTES);
	return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, left));
}
