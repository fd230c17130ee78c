import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { rasterizeSvg } from "../../../src/image/rasterize-svg.ts";
import { drawFace } from "../../../src/web/drawing/face-drawing.ts";
import { sampleLandmarks } from "../sample-landmarks.ts";

const samples = [0, 1, 2, 3].map(sampleLandmarks);

describe("a drawing", () => {
	it("is the same for the same landmarks and another for other faces", () => {
		expect(drawFace(samples[0]!)).toBe(drawFace(samples[0]!.slice()));
		expect(new Set(samples.map(drawFace)).size).toBe(samples.length);
	});

	it("is one svg element that a strict Content-Security-Policy and a page full of others allow", () => {
		for (const landmarks of samples) {
			const svg = drawFace(landmarks)!;
			expect(svg).toMatch(/^<svg class="drawing" viewBox="0 0 240 280" aria-hidden="true"[^>]*>.*<\/svg>$/);
			expect(svg).not.toMatch(/\s(id|style|on\w+|href)=|<script|<style|url\(/);
		}
	});

	it("stays small enough to stand in a page by the dozen", () => {
		for (const landmarks of samples) expect(drawFace(landmarks)!.length).toBeLessThan(9_000);
	});

	it("shows teeth where the lips are apart, and none where they are closed", () => {
		const closed = samples[0]!.slice();
		// the inner lower lip is laid on the inner upper one
		for (const [lower, upper] of [
			[67, 61],
			[66, 62],
			[65, 63],
		] as const) {
			closed[lower * 2 + 1] = closed[upper * 2 + 1]!;
		}
		const open = closed.slice();
		for (const lower of [65, 66, 67]) open[lower * 2 + 1]! += 25;
		const whites = (svg: string | undefined) => svg!.match(/<path[^>]*fill="#fbf6ec"/g)!.length;
		expect(whites(drawFace(closed))).toBe(2);
		expect(whites(drawFace(open))).toBe(3);
	});

	it("leaves out what landmarks don't know: no ink lies above the brows", async () => {
		for (const landmarks of samples) {
			const svg = drawFace(landmarks)!.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
			// not by sharp alone, which another test's photos may have locked SVG out of
			const png = await rasterizeSvg(svg, { width: 240, height: 280 });
			const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
			const firstInk = data.findIndex((grey) => grey < 60);
			expect(Math.floor(firstInk / info.width)).toBeGreaterThan(info.height * 0.32);
		}
	});

	it("has only finite numbers, whatever the landmarks", () => {
		const landmark = fc.float({ min: -5000, max: 5000, noNaN: true });
		fc.assert(
			fc.property(fc.array(landmark, { minLength: 136, maxLength: 136 }), (numbers) => {
				expect(drawFace(Float32Array.from(numbers)) ?? "").not.toMatch(/NaN|Infinity|undefined/);
			}),
			{ numRuns: 300, seed: 2018 },
		);
	});
});
