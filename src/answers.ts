/** Wiring: what the server answers photos with, from its models and whatever gallery it has when it is asked. */
import type { Config } from "./config/config.ts";
import type { LiveReadableGallery } from "./gallery/live-gallery.ts";
import type { DecodeThread } from "./image/decoding/decode-thread.ts";
import { comparePhotos } from "./pipeline/compare-photos.ts";
import { detectFaces, embedFaces } from "./pipeline/describe-faces.ts";
import type { FaceTools } from "./pipeline/face-steps.ts";
import { findLookalikes } from "./pipeline/find-lookalikes.ts";
import { findFusedLookalikes } from "./pipeline/fuse-photos.ts";
import type { Strangers } from "./resemblance/strangers.ts";
import type { AppParts } from "./web/app.ts";

export interface AnsweringService {
	readonly tools: FaceTools;
	readonly decoders: DecodeThread;
}

export interface AnswerParts {
	readonly config: Pick<Config, "maxPixels" | "maxFaces">;
	readonly gallery: LiveReadableGallery;
	readonly strangers: Strangers | undefined;
	/** Asked anew for every photo. */
	readonly service: () => AnsweringService;
}

type Answers = Required<
	Pick<AppParts, "findLookalikes" | "comparePhotos" | "detectFaces" | "embedFaces" | "isHeavy">
>;

export function answersOf({ config, gallery, strangers, service }: AnswerParts): Answers {
	const { maxPixels, maxFaces } = config;
	const lookalikeTools = () => ({ ...toolsOf(service()), gallery: gallery.current, strangers });
	return {
		findLookalikes: (bytes, options) => {
			const settings = { maxPixels, maxFaces, ...options };
			return options.furtherPhotos.length === 0
				? findLookalikes(bytes, lookalikeTools(), settings)
				: findFusedLookalikes([bytes, ...options.furtherPhotos], lookalikeTools(), settings);
		},
		comparePhotos: (files, options) => comparePhotos(files, lookalikeTools(), { maxPixels, ...options }),
		detectFaces: (bytes, options) => detectFaces(bytes, toolsOf(service()), { maxPixels, ...options }),
		embedFaces: (bytes, options) => embedFaces(bytes, toolsOf(service()), { maxPixels, ...options }),
		isHeavy: async (bytes, signal) => {
			return (await service().decoders.measure(bytes, { maxPixels }, signal)).isHeavy;
		},
	};
}

/** The models, with photos decoded in processes of their own. */
export function toolsOf({ tools, decoders }: AnsweringService): FaceTools {
	return { ...tools, decodePhoto: decoders.decode.bind(decoders) };
}
