/** Tells by the first bytes, never by name or declared type, which files must not reach the decoder. */

/** Brands of the HEIF family whose pixels are HEVC: Nokia's HEIF specification, ISO/IEC 23008-12. */
const HEVC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]);

/** How far into a file an SVG root or a PDF mark may hide behind comments and white space. */
const SNIFFED_BYTES = 4096;

/** The kinds that get an answer of their own; everything else is left to the decoder. */
export type RefusedKind = "svg" | "pdf" | "heic";

/** What the bytes are, if they are a kind that is refused. */
export function sniffRefusedKind(bytes: Uint8Array): RefusedKind | undefined {
	const head = Buffer.from(
		bytes.buffer,
		bytes.byteOffset,
		Math.min(bytes.byteLength, SNIFFED_BYTES),
	).toString("latin1");
	if (head.slice(0, 1024).includes("%PDF-")) return "pdf";
	if (head.slice(4, 8) === "ftyp") return isHevc(head) ? "heic" : undefined;
	// UTF-16 files carry a NUL beside every ASCII letter
	const text = head.replaceAll("\0", "").toLowerCase();
	if (/^[^<]{0,8}<(\?xml|!doctype|!--|svg)/.test(text) && text.includes("<svg")) return "svg";
	return undefined;
}

/** An `ftyp` box is: size (4), "ftyp", major brand (4), minor version (4), compatible brands (4 each). */
function isHevc(head: string): boolean {
	const boxLength = Math.min(Buffer.from(head.slice(0, 4), "latin1").readUInt32BE(0), head.length);
	const brands = [head.slice(8, 12)];
	for (let at = 16; at + 4 <= boxLength; at += 4) brands.push(head.slice(at, at + 4));
	return brands.some((brand) => HEVC_BRANDS.has(brand)) && !brands.includes("avif");
}
