/** Ink, paper and colours, and the two marks that drawings are made of. */
import { inkStroke, type Point, type Pressure } from "./ink.ts";

export const INK = "#2d2a32";
export const PAPER = "#fbf6ec";
export const LIPS = "#c9695c";
export const BLUSH = "#e58f7b";

/** A pen stroke along the points, `width` units wide at full pressure. */
export function stroke(points: readonly Point[], width: number, pressure: Pressure, opacity = 1): string {
	return fill(inkStroke(points, width, pressure), INK, opacity);
}

/** An area of one colour; `opacity` from 0 to 1. */
export function fill(path: string, colour: string, opacity: number): string {
	return `<path d="${path}" fill="${colour}"${opacity === 1 ? "" : ` opacity="${opacity}"`}/>`;
}

/** A number to a tenth, as SVG attributes are written here. */
export function tenths(value: number): string {
	return `${Math.round(value * 10) / 10}`;
}
