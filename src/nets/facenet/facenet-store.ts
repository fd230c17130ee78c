/** Where FaceNet's weights lie on disk, and which files they come from. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";
import { readCacheFile } from "../cache-file.ts";
import { type ConvertedWeights, decodeParameters } from "./parameter-file.ts";

export type FacenetName = "facenet" | "facenet512";

/** One entry of `downloads` in `models/manifest.json`. */
export interface FacenetDownload {
	readonly name: FacenetName;
	readonly what: string;
	/** Address of the weight file. */
	readonly source: string;
	readonly licence: string;
	/** Name of the weight file. */
	readonly file: string;
	/** Where they are known. */
	readonly sha256?: string;
	readonly bytes?: number;
}

/** `models/` lies beside `src/` and `dist/` alike. */
export const MODELS_FOLDER = path.join(import.meta.dirname, "../../../models");

/** All weight files that can be fetched. */
export async function readDownloads(): Promise<readonly FacenetDownload[]> {
	const text = await readFile(path.join(MODELS_FOLDER, "manifest.json"), "utf8");
	return (JSON.parse(text) as { downloads: FacenetDownload[] }).downloads;
}

/** The converted weights of a model; not in the repository. */
export function convertedFile(folder: string, name: FacenetName): string {
	return path.join(folder, "cache", `${name}.weights`);
}

/**
 * The converted weights, nothing where they were never fetched.
 * @throws AppError INVALID_WEIGHT_CACHE where the file is damaged or of another model
 */
export async function readConverted(
	folder: string,
	name: FacenetName,
): Promise<ConvertedWeights | undefined> {
	const file = convertedFile(folder, name);
	const content = await readCacheFile(file);
	if (content === undefined) return undefined;
	const converted = decodeParameters(content);
	if (converted.model !== name) {
		throw new AppError(
			"INVALID_WEIGHT_CACHE",
			`Expected weights of ${name} in ${file} but received those of ${converted.model}.`,
			{ hint: `Run \`celebrity-faces models fetch ${name}\`.` },
		);
	}
	return converted;
}

/**
 * The converted weights, which must be there.
 * @throws AppError MODEL_NOT_FETCHED; INVALID_WEIGHT_CACHE
 */
export async function loadConverted(
	name: FacenetName,
	folder: string = MODELS_FOLDER,
): Promise<ConvertedWeights> {
	const converted = await readConverted(folder, name);
	if (converted !== undefined) return converted;
	throw new AppError(
		"MODEL_NOT_FETCHED",
		`Expected the weights of ${name} in ${folder} but they are not there.`,
		{
			hint: `Run \`celebrity-faces models fetch ${name}\`.`,
		},
	);
}
