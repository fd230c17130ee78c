/**
 * What is particular about a face, drawn a little stronger, as a caricaturist does (Brennan, "Caricature Generator",
 * 1985): points move away from where an average face that is turned as much would have them.
 */
import type { Point } from "./ink.ts";

/** How much of a small difference is added to it, as much as leaves everybody a kind face; large ones speak for themselves. */
const EXAGGERATION = 1.3;
/** From this landmark on it is the mouth, whose differences are mostly what somebody does with it: less is added. */
const FIRST_OF_MOUTH = 48;
const MOUTH_SHARE = 0.4;
/** In units of the frame: where differences count as large. */
const LARGE_DIFFERENCE = 12;

/**
 * The average face in the frame of upright-face.ts: x and y of each landmark, and how far a turn from 0 to 1 moves
 * them. Linear regression on 906 faces of film, sports and politics.
 */
const AVERAGE: readonly (readonly [x: number, y: number, turnX: number, turnY: number])[] = [
	[56.5, 134.9, 1, -2],
	[58.2, 152, 2.4, -0.8],
	[61.1, 168.1, 3.1, 0.3],
	[64.3, 181.9, 3.3, 1.3],
	[69.6, 197.5, 4.9, 1.8],
	[78.2, 209.5, 8.3, 1.5],
	[88.5, 217.9, 13.8, 1.6],
	[101.8, 226.8, 20, 1.3],
	[121.5, 231.8, 21.9, 0.1],
	[140.9, 226.5, 20.1, -0.9],
	[153.2, 218.4, 12.7, -1],
	[163, 210.4, 7.5, 0.4],
	[171.5, 197.5, 3.5, 1.1],
	[177.4, 182.1, 2.1, 1.7],
	[180.2, 167.5, 1.8, 2.5],
	[182.9, 152.1, 0.7, 4.1],
	[183.5, 135.3, -1, 5.3],
	[70.5, 120.4, 21.2, 0.9],
	[78.1, 115.4, 25.9, 0.3],
	[87.5, 114, 29.4, -0.1],
	[96.4, 114.9, 31.4, -0.2],
	[104.4, 117.8, 32.4, -0.1],
	[136.3, 118, 32, 0.3],
	[144, 115.2, 30.7, 0.2],
	[152.8, 113.9, 28.1, 0.4],
	[162.8, 115.3, 25.1, 0],
	[169.9, 120.1, 20, -0.1],
	[120.2, 135.9, 33.2, -0.5],
	[120.4, 147.3, 37, -0.8],
	[120.4, 157.9, 41.1, -1],
	[119.9, 167.5, 41.9, -0.8],
	[110.2, 173.2, 32.2, 0.1],
	[114.7, 175.1, 34.2, -0.3],
	[120.4, 176.2, 34.7, -0.5],
	[126.4, 174.6, 33.7, -0.6],
	[131, 173.5, 32, -0.3],
	[82.9, 133.1, 23.3, 0.2],
	[88.6, 131.1, 26.6, -0.2],
	[96.4, 130.9, 26.7, -0.1],
	[103.6, 134.8, 25.3, -0.1],
	[97.5, 137.4, 26.7, 0.1],
	[89, 136.7, 25.7, 0.1],
	[136.7, 134.7, 25.3, -0],
	[144.1, 130.7, 25.9, 0],
	[152.3, 130.9, 25.8, 0.2],
	[157.6, 133.9, 22, 0.1],
	[151.9, 137.3, 24.5, -0.1],
	[143.5, 136.6, 25.4, -0.2],
	[97.6, 193.4, 24.8, 1],
	[105.6, 189.5, 30.8, 0.3],
	[115.5, 187, 33.9, -0.2],
	[120.7, 187.9, 33.7, -0.2],
	[125.6, 186.6, 33.5, -0.1],
	[136.4, 190.1, 29.7, 0.1],
	[144.8, 193.7, 23.7, 0.6],
	[136.1, 200.9, 27.8, 0.3],
	[128.8, 204.8, 30.1, 0.4],
	[120.7, 205.9, 31, 0.6],
	[113.4, 204.9, 30.4, 0.6],
	[105.6, 201.5, 28.7, 0.7],
	[98.7, 193.6, 24.8, 1.1],
	[113.2, 192, 31.2, -0.1],
	[120.7, 192.1, 32.3, 0.1],
	[127.9, 192.4, 30.9, 0.2],
	[142.8, 193.6, 23.7, 0.5],
	[128, 197.5, 30.1, 0.5],
	[121, 198.4, 31.1, 0.4],
	[113.9, 197.9, 30.6, 0.6],
];

/**
 * @param points the 68 landmarks in the frame
 * @param turn -1 to 1, see UprightFace
 */
export function caricature(points: readonly Point[], turn: number): Point[] {
	// the more a head is turned, the more of what differs is the turning
	const strength = EXAGGERATION * (1 - turn ** 2);
	return points.map((point, i) => {
		const [x, y, turnX, turnY] = AVERAGE[i]!;
		const dx = point.x - (x + turn * turnX);
		const dy = point.y - (y + turn * turnY);
		const share = i < FIRST_OF_MOUTH ? 1 : MOUTH_SHARE;
		const extra = share * strength * Math.exp(-((Math.hypot(dx, dy) / LARGE_DIFFERENCE) ** 2));
		return { x: point.x + dx * extra, y: point.y + dy * extra };
	});
}
