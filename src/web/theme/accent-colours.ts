/** A gallery's own colour, made as dark or as light as it must be to be read: WCAG 2.2's contrast of text. */

/** 0 to 255 each. */
type Colour = readonly [red: number, green: number, blue: number];

interface Scheme {
	readonly accent: string;
	/** For areas behind text. */
	readonly soft: string;
	/** For areas without text. */
	readonly ground: string;
}

/** Of public/styles/base.css: what the accent stands on, the one with less contrast, and what it is mixed with to gain some. */
const LIGHT = { paper: "#f7f1e5", towards: "#000000" } as const;
const DARK = { paper: "#28252d", towards: "#ffffff" } as const;

/** WCAG's AA wants 4.5; rounding to whole colours may cost a little. */
export const LEAST_CONTRAST = 4.55;
const STEP = 0.02;
const SOFT_SHARE = 0.07;
const GROUND_SHARE = 0.35;

/** @param accent as #rrggbb */
export function accentColours(accent: string): { readonly light: Scheme; readonly dark: Scheme } {
	return { light: schemeOf(accent, LIGHT), dark: schemeOf(accent, DARK) };
}

function schemeOf(accent: string, { paper, towards }: { paper: string; towards: string }): Scheme {
	let share = 0;
	let readable = accent;
	while (contrastOf(readable, paper) < LEAST_CONTRAST && share < 1) {
		share += STEP;
		readable = mix(accent, towards, share);
	}
	return {
		accent: readable,
		soft: mix(paper, readable, SOFT_SHARE),
		ground: mix(paper, readable, GROUND_SHARE),
	};
}

/** Between 1 and 21. */
export function contrastOf(one: string, other: string): number {
	const [darker, lighter] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number];
	return (lighter + 0.05) / (darker + 0.05);
}

function mix(from: string, to: string, share: number): string {
	const [a, b] = [parse(from), parse(to)];
	const mixed = a.map((value, i) => Math.round(value + (b[i]! - value) * Math.min(1, share)));
	return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function luminanceOf(colour: string): number {
	const [red, green, blue] = parse(colour).map((value) => {
		const channel = value / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(colour: string): Colour {
	return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Colour;
}
