/** What the type-setter uses of opentype.js, whose published types bring the browser's along. */
declare module "opentype.js" {
	export type PathCommand =
		| { readonly type: "M" | "L"; readonly x: number; readonly y: number }
		| {
				readonly type: "Q";
				readonly x1: number;
				readonly y1: number;
				readonly x: number;
				readonly y: number;
		  }
		| {
				readonly type: "C";
				readonly x1: number;
				readonly y1: number;
				readonly x2: number;
				readonly y2: number;
				readonly x: number;
				readonly y: number;
		  }
		| { readonly type: "Z" };

	export interface Glyph {
		/** In the font's units. */
		readonly advanceWidth: number;
		/** The outline with its origin at (x, y), the font's em square `size` high. */
		getPath(x: number, y: number, size: number): { readonly commands: readonly PathCommand[] };
	}

	export interface Font {
		readonly unitsPerEm: number;
		/** 0 where the font doesn't have the letter. */
		charToGlyphIndex(letter: string): number;
		charToGlyph(letter: string): Glyph;
		/** In the font's units. */
		getKerningValue(left: Glyph, right: Glyph): number;
	}

	const opentype: { parse(bytes: ArrayBufferLike): Font };
	export default opentype;
}
