/** Photos that lie on a side, or on their head, and whose file does not say so: they are shown as their faces stand. */
import type { Box, Landmarks } from "../../faces/face-engine.ts";
import { type QuarterTurns, turnBoxBack, turnImage, turnsToStand } from "../../faces/geometry/turn.ts";
import type { RgbImage } from "../../image/rgb-image.ts";

interface ShownPhoto<Face> {
	readonly photo: RgbImage;
	/** Boxes in the photo's pixels. */
	readonly faces: readonly Face[];
}

/** The photo turned by quarters so that most of its faces stand upright, with their boxes; their landmarks stay. */
export function standPhotoUpright<Face extends { readonly box: Box; readonly landmarks: Landmarks }>({
	photo,
	faces,
}: ShownPhoto<Face>): ShownPhoto<Face> {
	const turns = turnsToStand(faces.map(({ landmarks }) => landmarks));
	if (turns === 0) return { photo, faces };
	const upright = turnImage(photo, turns);
	const back = (4 - turns) as QuarterTurns;
	return {
		photo: upright,
		faces: faces.map((face) => ({ ...face, box: turnBoxBack(face.box, upright, back) })),
	};
}
