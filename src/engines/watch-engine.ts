/** Asks the engine something now and then where nobody else does, so that one that hangs is noticed before a visitor comes. */
import type { FaceEngine } from "../faces/face-engine.ts";
import type { RgbImage } from "../image/rgb-image.ts";

export interface EngineWatch {
	/** Whether the last question was answered. */
	readonly isWell: boolean;
	stop(): void;
}

export interface WatchOptions {
	/** How often it is asked. Default 30 s. */
	readonly everyMs?: number;
	/** Told when it falls ill, with the reason, and when it is well again, without. */
	readonly onChange: (reason?: unknown) => void;
}

const DEFAULT_EVERY_MS = 30_000;
const PROBE_SIZE = 64;
/** Nothing of a grey picture is a face: the probe costs the smallest net run. */
const PROBE: RgbImage = {
	width: PROBE_SIZE,
	height: PROBE_SIZE,
	data: new Uint8Array(PROBE_SIZE * PROBE_SIZE * 3).fill(128),
};

export function watchEngine(
	engine: FaceEngine,
	{ everyMs = DEFAULT_EVERY_MS, onChange }: WatchOptions,
): EngineWatch {
	let isWell = true;
	const tell = (nowWell: boolean, reason?: unknown) => {
		if (nowWell !== isWell) onChange(reason);
		isWell = nowWell;
	};
	let isAsking = false;
	const timer = setInterval(async () => {
		if (isAsking) return;
		isAsking = true;
		try {
			await engine.detect(PROBE, { longSide: PROBE_SIZE, minScore: 1 });
			tell(true);
		} catch (error) {
			tell(false, error);
		} finally {
			isAsking = false;
		}
	}, everyMs).unref();
	return {
		get isWell() {
			return isWell;
		},
		stop: () => clearInterval(timer),
	};
}
