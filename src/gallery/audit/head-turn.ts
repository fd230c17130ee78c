/** How far a head is turned away from the camera, by its landmarks. */
import type { Landmarks } from "../../faces/face-engine.ts";

/** Landmarks of the 300-W scheme: the jaw's ends and the tip of the nose. */
const [JAW_RIGHT, JAW_LEFT, NOSE_TIP] = [0, 16, 30];

/** How far the head is turned: 0 where the nose is midway between the ends of the jaw, 1 at one of them. */
export function turnOf(landmarks: Landmarks): number {
	const x = (point: number) => landmarks[point * 2] as number;
	const middle = (x(JAW_RIGHT) + x(JAW_LEFT)) / 2;
	return Math.abs((x(NOSE_TIP) - middle) / (x(JAW_LEFT) - middle || 1));
}
