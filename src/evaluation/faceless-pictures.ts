/**
 * Pictures without a face, made by code, to count what a detector sees where nothing is: noise, clouds, stripes,
 * checks, discs, scribbles, pages of text, bricks, wood and hills. Same number, same picture.
 */
import type { RgbImage } from "../image/rgb-image.ts";
import { Random } from "../search/random.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** The colour at a place, in pixels. */
type Paint = (x: number, y: number) => Colour;

export interface FacelessPicture {
	readonly kind: string;
	readonly image: RgbImage;
}

/** Each makes the painter of one picture from its own luck. */
const KINDS: Readonly<Record<string, (random: Random, width: number, height: number) => Paint>> = {
	noise: (random) => () => randomColour(random),
	clouds: paintClouds,
	stripes: paintStripes,
	checks: paintChecks,
	discs: paintDiscs,
	scribbles: paintScribbles,
	text: paintText,
	bricks: paintBricks,
	wood: paintWood,
	hills: paintHills,
};

/** Picture number `number`, 0 or more: its kind is the number's last digit, and sides are 360 to 1,160 pixels. */
export function makeFacelessPicture(number: number): FacelessPicture {
	const random = new Random(number);
	const kinds = Object.entries(KINDS);
	const [kind, makePaint] = kinds[number % kinds.length]!;
	const width = 360 + random.below(800);
	const height = 360 + random.below(800);
	const paint = makePaint(random, width, height);
	const data = new Uint8ClampedArray(width * height * 3);
	for (let y = 0, o = 0; y < height; y++) {
		for (let x = 0; x < width; x++, o += 3) data.set(paint(x, y), o);
	}
	return { kind, image: { width, height, data: new Uint8Array(data.buffer) } };
}

function paintClouds(random: Random): Paint {
	const octaves = [160, 80, 40, 20, 10].map((size) => makeValueNoise(random, size));
	const [low, high] = [randomColour(random), randomColour(random)];
	return (x, y) => {
		const density = octaves.reduce((sum, noise, i) => sum + noise(x, y) / 2 ** (i + 1), 0);
		return mix(low, high, density);
	};
}

function paintStripes(random: Random): Paint {
	const angle = random.uniform() * Math.PI;
	const period = 4 + random.below(60);
	const [a, b] = [randomColour(random), randomColour(random)];
	return (x, y) =>
		mix(a, b, 0.5 + 0.5 * Math.sin(((x * Math.cos(angle) + y * Math.sin(angle)) * 2 * Math.PI) / period));
}

function paintChecks(random: Random): Paint {
	const size = 6 + random.below(70);
	const [a, b] = [randomColour(random), randomColour(random)];
	return (x, y) => ((Math.floor(x / size) + Math.floor(y / size)) % 2 === 0 ? a : b);
}

function paintDiscs(random: Random, width: number, height: number): Paint {
	const background = randomColour(random);
	const discs = Array.from({ length: 5 + random.below(30) }, () => ({
		x: random.below(width),
		y: random.below(height),
		radiusX: 8 + random.below(130),
		radiusY: 8 + random.below(130),
		colour: randomColour(random),
	}));
	return (x, y) =>
		discs.find((disc) => ((x - disc.x) / disc.radiusX) ** 2 + ((y - disc.y) / disc.radiusY) ** 2 < 1)
			?.colour ?? background;
}

function paintScribbles(random: Random, width: number, height: number): Paint {
	const paper: Colour = [250, 248, 240];
	const ink = randomColour(random);
	const isInked = new Uint8Array(width * height);
	for (let line = 0; line < 12; line++) {
		let [x, y] = [random.below(width), random.below(height)];
		let heading = random.uniform() * 2 * Math.PI;
		for (let step = 0; step < 900; step++) {
			heading += random.normal() * 0.12;
			x += Math.cos(heading) * 1.5;
			y += Math.sin(heading) * 1.5;
			for (let dot = 0; dot < 9; dot++) {
				const [column, row] = [Math.round(x) + (dot % 3), Math.round(y) + Math.floor(dot / 3)];
				if (column >= 0 && column < width && row >= 0 && row < height) isInked[row * width + column] = 1;
			}
		}
	}
	return (x, y) => (isInked[y * width + x] ? ink : paper);
}

/** Words of made-up glyphs: five by seven dots each, as dense as type. */
function paintText(random: Random): Paint {
	const dot = 1 + random.below(4);
	const glyphs = Array.from({ length: 26 }, () => Array.from({ length: 35 }, () => random.uniform() < 0.45));
	const ink: Colour = [30, 30, 40];
	const paper: Colour = [252, 252, 250];
	const salt = random.below(1000);
	return (x, y) => {
		const [column, row] = [Math.floor(x / (dot * 6)), Math.floor(y / (dot * 11))];
		const [dotX, dotY] = [Math.floor(x / dot) % 6, Math.floor(y / dot) % 11];
		const letter = (column * 7919 + row * 104729 + column * row * 31 + salt) % 29;
		return dotX < 5 && dotY < 7 && letter < 26 && glyphs[letter]![dotY * 5 + dotX] ? ink : paper;
	};
}

function paintBricks(random: Random): Paint {
	const brick = 30 + random.below(60);
	const course = brick / 2.2;
	const grain = makeValueNoise(random, 3);
	const [clay, mortar] = [randomColour(random), randomColour(random)];
	return (x, y) => {
		const row = Math.floor(y / course);
		const along = (x + (row % 2) * (brick / 2)) % brick;
		const isMortar = along < 3 || y % course < 3;
		return mix(isMortar ? mortar : clay, [0, 0, 0], grain(x, y) * 0.25);
	};
}

function paintWood(random: Random, width: number, height: number): Paint {
	const warp = makeValueNoise(random, 90);
	const [centreX, centreY] = [random.below(width), random.below(height)];
	const period = 6 + random.below(20);
	return (x, y) => {
		const ring = Math.hypot(x - centreX, (y - centreY) * 2) + warp(x, y) * 60;
		return mix([196, 148, 92], [118, 76, 40], 0.5 + 0.5 * Math.sin((ring * 2 * Math.PI) / period));
	};
}

function paintHills(random: Random, width: number, height: number): Paint {
	const ridges = [0.4, 0.55, 0.72].map((level) => {
		const noise = makeValueNoise(random, width / 5);
		const colour = randomColour(random);
		return { topOf: (x: number) => height * level + (noise(x, 0) - 0.5) * height * 0.3, colour };
	});
	const [zenith, horizon] = [randomColour(random), randomColour(random)];
	return (x, y) => ridges.findLast(({ topOf }) => y > topOf(x))?.colour ?? mix(zenith, horizon, y / height);
}

/** Smooth noise, 0 to 1: random values on a grid of `size` pixels and slopes between them. */
function makeValueNoise(random: Random, size: number): (x: number, y: number) => number {
	const side = 64;
	const values = Float32Array.from({ length: side * side }, () => random.uniform());
	const at = (column: number, row: number) => values[(row % side) * side + (column % side)]!;
	const ease = (t: number) => t * t * (3 - 2 * t);
	return (x, y) => {
		const [column, row] = [Math.floor(x / size), Math.floor(y / size)];
		const [across, down] = [ease(x / size - column), ease(y / size - row)];
		const upper = at(column, row) * (1 - across) + at(column + 1, row) * across;
		const lower = at(column, row + 1) * (1 - across) + at(column + 1, row + 1) * across;
		return upper * (1 - down) + lower * down;
	};
}

function randomColour(random: Random): Colour {
	return [random.below(256), random.below(256), random.below(256)];
}

/** @param share of the second colour, 0 to 1 */
function mix(a: Colour, b: Colour, share: number): Colour {
	return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}
