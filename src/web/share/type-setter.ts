/**
 * Text as outlines, so that cards look the same on every machine, also on one without a single font. Lora, by
 * Cyreal (SIL Open Font License), comes as one small file per script; each letter is taken from the first that has it.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import opentype, { type Font, type Glyph, type PathCommand } from "opentype.js";
import { createGiveWay } from "../../give-way.ts";

const WEIGHTS = [400, 600] as const;
type Weight = (typeof WEIGHTS)[number];

export interface TextStyle {
	readonly weight: Weight;
	/** Height of the letters' em square, in the picture's units. */
	readonly size: number;
}

const SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "vietnamese"] as const;
type Script = (typeof SCRIPTS)[number];
/** Those that were read, by their files' names. */
const FONTS = new Map<string, Font>();
const require = createRequire(import.meta.url);

interface PlacedGlyph {
	readonly glyph: Glyph;
	/** From the start of the text, in the picture's units. */
	readonly x: number;
}

/** Path data of one line of text that starts at (x, baseline). Letters that no file has are left out. */
export function outlineText(text: string, x: number, baseline: number, style: TextStyle): string {
	return setText(text, style)
		.glyphs.flatMap((placed) => placed.glyph.getPath(x + placed.x, baseline, style.size).commands)
		.map(writeCommand)
		.join("");
}

/** The library's own writer makes NaN of coordinates like 473.0000000000001 (version 2.0.0), and keeps all it met. */
function writeCommand(command: PathCommand): string {
	const tenths = (...values: number[]) => values.map((value) => Math.round(value * 10) / 10).join(" ");
	switch (command.type) {
		case "Z":
			return "Z";
		case "Q":
			return `Q${tenths(command.x1, command.y1, command.x, command.y)}`;
		case "C":
			return `C${tenths(command.x1, command.y1, command.x2, command.y2, command.x, command.y)}`;
		default:
			return `${command.type}${tenths(command.x, command.y)}`;
	}
}

/** Whether every letter of the text is in one of the files. */
export function canSet(text: string): boolean {
	const fonts = openFonts(400);
	return [...text.normalize("NFC")].every((letter) =>
		fonts.some((font) => font.charToGlyphIndex(letter) > 0),
	);
}

/** How wide that line is, in the picture's units. */
export function measureText(text: string, style: TextStyle): number {
	return setText(text, style).width;
}

/**
 * Breaks a text into lines no wider than `width`; a single word may be wider.
 * @returns at least one line
 */
function breakLines(text: string, width: number, style: TextStyle): string[] {
	const lines: string[] = [];
	for (const word of text.trim().split(/\s+/u)) {
		const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
		if (lines.length > 0 && measureText(longer, style) <= width) lines[lines.length - 1] = longer;
		else lines.push(word);
	}
	return lines;
}

/**
 * The text's lines in the largest size, at most `style.size`, in which they are few and narrow enough. What is too long
 * in the smallest size, too, ends with an ellipsis.
 */
export function fitText(
	text: string,
	{ width, maxLines }: { width: number; maxLines: number },
	style: TextStyle,
): { lines: string[]; style: TextStyle } {
	for (let size = style.size; ; size *= 0.94) {
		const smaller = { ...style, size };
		const lines = breakLines(text, width, smaller);
		const fits = lines.length <= maxLines && lines.every((line) => measureText(line, smaller) <= width);
		if (fits) return { lines, style: smaller };
		if (size < SMALLEST_SIZE) {
			const last = lines.slice(maxLines - 1).join(" ");
			const kept = lines.length > maxLines ? [...lines.slice(0, maxLines - 1), last] : lines;
			return { lines: kept.map((line) => cutText(line, width, smaller)), style: smaller };
		}
	}
}

/** As much of the line as is no wider than that, and an ellipsis for the rest. */
function cutText(line: string, width: number, style: TextStyle): string {
	if (measureText(line, style) <= width) return line;
	const letters = [...line];
	const cut = (count: number) => `${letters.slice(0, count).join("")}…`;
	let [fitting, tooMany] = [0, letters.length];
	while (tooMany - fitting > 1) {
		const middle = (fitting + tooMany) >> 1;
		if (measureText(cut(middle), style) <= width) fitting = middle;
		else tooMany = middle;
	}
	return cut(fitting);
}

const SMALLEST_SIZE = 14;

function setText(text: string, { weight, size }: TextStyle): { glyphs: PlacedGlyph[]; width: number } {
	const fonts = openFonts(weight);
	const glyphs: PlacedGlyph[] = [];
	let x = 0;
	let before: { font: Font; glyph: Glyph } | undefined;
	for (const letter of text.normalize("NFC")) {
		const font = fonts.find((candidate) => candidate.charToGlyphIndex(letter) > 0);
		if (!font) continue;
		const glyph = font.charToGlyph(letter);
		const scale = size / font.unitsPerEm;
		if (before?.font === font) x += font.getKerningValue(before.glyph, glyph) * scale;
		glyphs.push({ glyph, x });
		x += glyph.advanceWidth * scale;
		before = { font, glyph };
	}
	return { glyphs, width: x };
}

/** Reads the fonts, in slices: they take a tenth of a second. Where that was not done before, the first text does it. */
export async function openAllFonts(): Promise<void> {
	const giveWay = createGiveWay();
	for (const weight of WEIGHTS) {
		for (const script of SCRIPTS) {
			openFont(weight, script);
			await giveWay();
		}
	}
}

function openFonts(weight: Weight): Font[] {
	return SCRIPTS.map((script) => openFont(weight, script));
}

function openFont(weight: Weight, script: Script): Font {
	const name = `lora-${script}-${weight}-normal.woff`;
	const known = FONTS.get(name);
	if (known) return known;
	const bytes = readFileSync(require.resolve(`@fontsource/lora/files/${name}`));
	const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
	FONTS.set(name, font);
	return font;
}
