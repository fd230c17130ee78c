/** Ink and paper, and the two marks that drawings are made of. */
import { inkStroke, type Point, type Pressure } from "./ink.ts";

export const INK = "#2d2a32";
export const PAPER = "#fbf6ec";
/** Of an ordinary line, in units of the frame. */
export const LINE_WIDTH = 3.4;

/** A pen stroke along the points, `width` units wide at full pressure. */
export function stroke(points: readonly Point[], width: number, pressure: Pressure): string {
	return fill(inkStroke(points, width, pressure), INK, 1);
}

/** An area of one colour; `opacity` from 0 to 1. */
export function fill(path: string, colour: string, opacity: number): string {
	return `<path d="${path}" fill="${colour}"${opacity === 1 ? "" : ` opacity="${opacity}"`}/>`;
}

/** A number to a tenth, as SVG attributes are written here. */
export function tenths(value: number): string {
	return `${Math.round(value * 10) / 10}`;
}
