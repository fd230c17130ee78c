/** The card that visitors send to their friends: whom somebody resembles, how much, and a word on it. As SVG. */
import { fitText, measureText, outlineText, type TextStyle } from "./type-setter.ts";

/** What lies in a frame on the card. */
export type CardPicture =
	| { readonly kind: "drawing" /** As `drawFace` makes it. */; readonly svg: string }
	| { readonly kind: "photo"; readonly jpeg: Buffer }
	| { readonly kind: "letters"; readonly text: string };

export interface CardFrame {
	readonly picture: CardPicture;
	/** Under the picture, e.g. "You". */
	readonly label: string;
}

export interface ShareCard {
	/** One or two, from left to right. */
	readonly frames: readonly CardFrame[];
	/** Leads up to the name: "Somebody looks a lot like". */
	readonly lead: string;
	readonly name: string;
	/** 0 to 100; undefined on a card about a person rather than a match. */
	readonly score?: { readonly value: number; readonly words: string };
	readonly caption: string;
	/** Whose picture it is and under which licence, where it has to be said. */
	readonly credit?: string;
	/** The gallery's own colours, where it has some. */
	readonly colours?: { readonly accent: string; readonly soft: string };
	/** What the site is called, and where it is: its host and path. */
	readonly site: string;
	readonly address: string;
}

/** Landscape for links, portrait for stories. */
export const CARD_SIZES = {
	wide: { width: 1200, height: 630 },
	tall: { width: 1080, height: 1350 },
} as const;
export type CardSize = keyof typeof CARD_SIZES;

const COLOURS = {
	paper: "#f7f1e5",
	sheet: "#fffdf8",
	ink: "#2a2730",
	muted: "#655f6b",
	line: "#ddd2bf",
} as const;
/** Where the gallery has none of its own. */
const OWN_COLOURS = { accent: "#b23a26", soft: "#f6dccb" } as const;
/** Width to height of what lies in a frame, as on the page. */
const PICTURE_SHAPE = 7 / 6;
const FRAME_MARGIN = 0.045;
/** Of the foot's width, which the site's name is on, too. */
const LONGEST_ADDRESS = 0.6;
/** Of the letters' size: from line to line, and how far letters like "p" reach below theirs. */
const [LINE_HEIGHT, DESCENT] = [1.14, 0.26];

interface Area {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Where things lie on a card of each size. */
const LAYOUTS: Readonly<
	Record<CardSize, { pictures: Area; text: Area; nameSize: number; isCentred: boolean }>
> = {
	wide: {
		pictures: { x: 44, y: 44, width: 548, height: 486 },
		text: { x: 632, y: 44, width: 512, height: 486 },
		nameSize: 82,
		isCentred: false,
	},
	tall: {
		pictures: { x: 80, y: 70, width: 920, height: 670 },
		text: { x: 110, y: 756, width: 860, height: 500 },
		nameSize: 104,
		isCentred: true,
	},
};

/** The card as an SVG document without fonts, links or scripts. */
export function drawCard(card: ShareCard, size: CardSize): string {
	const { width, height } = CARD_SIZES[size];
	const layout = LAYOUTS[size];
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
		rect({ x: 0, y: 0, width, height }, COLOURS.paper),
		rect({ x: 0, y: height - 76, width, height: 76 }, (card.colours ?? OWN_COLOURS).soft),
		...drawFrames(card.frames, layout.pictures),
		...drawWords(card, layout.text, layout),
		...drawFoot(card, width, height),
		"</svg>",
	].join("");
}

function drawFrames(frames: readonly CardFrame[], area: Area): string[] {
	const share = frames.length === 1 ? 0.8 : 0.5;
	const byWidth = area.width * share;
	const labelSize = 30;
	// the tallest frame that the area has room for
	const byHeight = (area.height - labelSize * 2.2) / (PICTURE_SHAPE + FRAME_MARGIN);
	const frameWidth = Math.min(byWidth, byHeight);
	const frameHeight = frameWidth * PICTURE_SHAPE + labelSize * 2;
	const gap = frames.length === 1 ? 0 : Math.min(area.width - 2 * frameWidth, 26);
	const left = area.x + (area.width - frames.length * frameWidth - (frames.length - 1) * gap) / 2;
	return frames.map((frame, i) => {
		const x = left + i * (frameWidth + gap);
		const y = area.y + (area.height - frameHeight) / 2 + (i === 1 ? 22 : 0);
		const turn = frames.length === 1 ? -2 : i === 0 ? -2.4 : 2;
		const centre = `${x + frameWidth / 2} ${y + frameHeight / 2}`;
		return `<g transform="rotate(${turn} ${centre})">${drawFrame(frame, { x, y, width: frameWidth, height: frameHeight }, labelSize)}</g>`;
	});
}

function drawFrame({ picture, label }: CardFrame, frame: Area, labelSize: number): string {
	const margin = frame.width * FRAME_MARGIN;
	const inside = {
		x: frame.x + margin,
		y: frame.y + margin,
		width: frame.width - 2 * margin,
		height: (frame.width - 2 * margin) * PICTURE_SHAPE,
	};
	const middle = frame.x + frame.width / 2;
	const { lines, style } = fitLabel(label, inside.width, labelSize);
	const baseline =
		inside.y +
		inside.height +
		(frame.y + frame.height - inside.y - inside.height) * 0.62 -
		((lines.length - 1) * style.size * LINE_HEIGHT) / 2;
	return [
		`<rect x="${frame.x + 4}" y="${frame.y + 9}" width="${frame.width}" height="${frame.height}" rx="10" fill="#3c2d14" opacity=".13"/>`,
		rect(frame, COLOURS.sheet, 10),
		drawPicture(picture, inside),
		...lines.map((line, i) =>
			centred(line, middle, baseline + i * style.size * LINE_HEIGHT, style, COLOURS.ink),
		),
	].join("");
}

/** On one line, or where that would be too small to read, on two. */
function fitLabel(label: string, width: number, size: number): ReturnType<typeof fitText> {
	const oneLine = fitText(label, { width, maxLines: 1 }, { weight: 600, size });
	if (oneLine.style.size >= size * 0.6) return oneLine;
	return fitText(label, { width, maxLines: 2 }, { weight: 600, size: size * 0.75 });
}

function drawPicture(picture: CardPicture, { x, y, width, height }: Area): string {
	const place = `x="${x}" y="${y}" width="${width}" height="${height}"`;
	switch (picture.kind) {
		case "drawing":
			return picture.svg.replace("<svg ", `<svg ${place} `);
		case "photo": {
			const address = `data:image/jpeg;base64,${picture.jpeg.toString("base64")}`;
			return `<svg ${place} viewBox="0 0 ${width} ${height}"><image width="${width}" height="${height}" preserveAspectRatio="xMidYMin slice" href="${address}"/></svg>`;
		}
		case "letters": {
			const style = { weight: 600, size: width * 0.36 } as const;
			return (
				rect({ x, y, width, height }, COLOURS.paper) +
				centred(picture.text, x + width / 2, y + height * 0.6, style, COLOURS.muted)
			);
		}
	}
}

function drawWords(
	{ lead, name, score, caption, credit, colours: { accent } = OWN_COLOURS }: ShareCard,
	area: Area,
	{ nameSize, isCentred }: { nameSize: number; isCentred: boolean },
): string[] {
	const say = (text: string, baseline: number, style: TextStyle, colour: string) =>
		isCentred
			? centred(text, area.x + area.width / 2, baseline, style, colour)
			: path(outlineText(text, area.x, baseline, style), colour);
	const parts: string[] = [];
	let y = area.y;
	const write = (text: string, maxLines: number, style: TextStyle, colour: string, after: number) => {
		const fitted = fitText(text, { width: area.width, maxLines }, style);
		for (const line of fitted.lines) {
			y += fitted.style.size * LINE_HEIGHT;
			parts.push(say(line, y, fitted.style, colour));
		}
		y += fitted.style.size * DESCENT + after;
	};
	write(lead, 2, { weight: 400, size: 36 }, COLOURS.muted, 0);
	write(name, 2, { weight: 600, size: nameSize }, COLOURS.ink, 16);
	if (score) {
		const bar = { x: area.x, y, width: area.width, height: 16 };
		parts.push(rect(bar, COLOURS.line, 8));
		parts.push(rect({ ...bar, width: Math.max(16, (bar.width * score.value) / 100) }, accent, 8));
		y += 16 + 42;
		const style = { weight: 600, size: 34 } as const;
		const number = `${score.value}/100`;
		parts.push(
			path(outlineText(number, area.x + area.width - measureText(number, style), y, style), COLOURS.ink),
		);
		const words = fitText(
			score.words,
			{ width: area.width - measureText(number, style) - 20, maxLines: 1 },
			style,
		);
		parts.push(path(outlineText(words.lines[0] as string, area.x, y, words.style), COLOURS.ink));
		y += 26;
	}
	write(caption, 3, { weight: 400, size: 33 }, COLOURS.muted, 6);
	if (credit) write(credit, 2, { weight: 400, size: 17 }, COLOURS.muted, 0);
	const down = Math.max(0, (area.y + area.height - y) / 2);
	return [`<g transform="translate(0 ${down.toFixed(1)})">`, ...parts, "</g>"];
}

function drawFoot(
	{ site, address, colours = OWN_COLOURS }: ShareCard,
	width: number,
	height: number,
): string[] {
	const style = { weight: 600, size: 30 } as const;
	const baseline = height - 28;
	const room = width - 112 - 30;
	const where = fitText(address, { width: room * LONGEST_ADDRESS, maxLines: 1 }, style);
	const whereWidth = measureText(where.lines[0] as string, where.style);
	const fitted = fitText(site, { width: room - whereWidth, maxLines: 1 }, style);
	return [
		path(outlineText(fitted.lines[0] as string, 56, baseline, fitted.style), COLOURS.ink),
		path(
			outlineText(where.lines[0] as string, width - 56 - whereWidth, baseline, where.style),
			colours.accent,
		),
	];
}

function centred(text: string, middle: number, baseline: number, style: TextStyle, colour: string): string {
	return path(outlineText(text, middle - measureText(text, style) / 2, baseline, style), colour);
}

function path(data: string, colour: string): string {
	return `<path d="${data}" fill="${colour}"/>`;
}

function rect({ x, y, width, height }: Area, colour: string, radius = 0): string {
	return `<rect x="${x}" y="${y}" width="${width}" height="${height}"${radius > 0 ? ` rx="${radius}"` : ""} fill="${colour}"/>`;
}
