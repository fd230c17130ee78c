/** The boxes and landmarks of all photos as one section of the gallery file: fixed-size records, row by row. */
import { AppError } from "../../errors.ts";
import type { Box, Landmarks } from "../../faces/face-engine.ts";

/*
 * Record, little-endian:
 * offset size type     meaning
 *      0   16 float32  box x, y, width, height, in pixels
 *     16   12 float32  smallest landmark x and y, larger side of the landmarks' bounding box, in pixels
 *     28  272 uint16   68 x (x, y): (value - smallest) / side * 65535, rounded
 */
const BOX_AT = 0;
const FRAME_AT = 16;
const LANDMARKS_AT = 28;
const NUM_COORDINATES = 136;
/** Of one photo. */
export const RECORD_BYTES = LANDMARKS_AT + NUM_COORDINATES * 2;
const STEPS = 65535;

export interface FaceGeometry {
	readonly box: Box;
	readonly landmarks: Landmarks;
}

/** @throws RangeError if a face does not have 68 landmarks */
export function encodeGeometries(faces: readonly FaceGeometry[]): Uint8Array {
	const bytes = new Uint8Array(faces.length * RECORD_BYTES);
	const view = new DataView(bytes.buffer);
	for (const [row, { box, landmarks }] of faces.entries()) {
		if (landmarks.length !== NUM_COORDINATES) {
			throw new RangeError(
				`Expected ${NUM_COORDINATES} landmark coordinates but received ${landmarks.length}.`,
			);
		}
		const start = row * RECORD_BYTES;
		const { left, top, side } = frameOf(landmarks);
		const floats = [box.x, box.y, box.width, box.height, left, top, side];
		for (const [i, value] of floats.entries()) view.setFloat32(start + BOX_AT + i * 4, value, true);
		for (const [i, value] of landmarks.entries()) {
			const from = i % 2 === 0 ? left : top;
			view.setUint16(start + LANDMARKS_AT + i * 2, Math.round(((value - from) / side) * STEPS), true);
		}
	}
	return bytes;
}

/**
 * Reads one record where it lies: nothing else is decoded.
 * @param bytes as `encodeGeometries` wrote them
 */
export function readGeometry(bytes: Uint8Array, row: number): FaceGeometry {
	const view = new DataView(bytes.buffer, bytes.byteOffset + row * RECORD_BYTES, RECORD_BYTES);
	const float = (at: number) => view.getFloat32(at, true);
	const [left, top, side] = [float(FRAME_AT), float(FRAME_AT + 4), float(FRAME_AT + 8)];
	const landmarks = new Float32Array(NUM_COORDINATES);
	for (let i = 0; i < NUM_COORDINATES; i++) {
		const step = view.getUint16(LANDMARKS_AT + i * 2, true);
		landmarks[i] = (i % 2 === 0 ? left : top) + (step / STEPS) * side;
	}
	return {
		box: { x: float(BOX_AT), y: float(BOX_AT + 4), width: float(BOX_AT + 8), height: float(BOX_AT + 12) },
		landmarks,
	};
}

/** @throws AppError INDEX_CORRUPT if the bytes are not `numRows` records */
export function checkGeometryBytes(bytes: Uint8Array, numRows: number): void {
	if (bytes.byteLength === numRows * RECORD_BYTES) return;
	throw new AppError(
		"INDEX_CORRUPT",
		`Expected ${numRows * RECORD_BYTES} bytes of landmarks for ${numRows} photos but received ${bytes.byteLength}.`,
	);
}

/** The smallest upright square over the landmarks, from their smallest x and y; never of no size. */
function frameOf(landmarks: Landmarks): { left: number; top: number; side: number } {
	const xs = landmarks.filter((_, i) => i % 2 === 0);
	const ys = landmarks.filter((_, i) => i % 2 === 1);
	// as float32, which is how the reader will see them
	const [left, top] = [Math.fround(Math.min(...xs)), Math.fround(Math.min(...ys))];
	const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top) || 1;
	return { left, top, side: Math.fround(side) };
}
