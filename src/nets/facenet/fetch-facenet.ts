/** The story of `models fetch`: find or download the weight file, check it, convert it once, keep the result. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";
import { writeCacheFile } from "../cache-file.ts";
import { convertedFile, type FacenetDownload, readConverted } from "./facenet-store.ts";
import { foldParameters } from "./folded-parameters.ts";
import { withKerasFile } from "./keras-file.ts";
import { matchLayers } from "./match-layers.ts";
import { encodeParameters } from "./parameter-file.ts";
import { type DownloadOptions, resumeDownload } from "./resume-download.ts";

export interface FetchOptions extends Omit<DownloadOptions, "expectedBytes"> {
	/** Numbers per embedding that the file should hold. */
	readonly dimension: number;
	/** The folder `models/`: the download goes there, the result to `cache/` in it. */
	readonly folder: string;
	/** A weight file that is already on this machine. */
	readonly from?: string;
	/** Another address to download from. */
	readonly url?: string;
	/** SHA-256 that the file must have, instead of the one in the manifest or of the first use. */
	readonly sha256?: string;
	/** Told each step, in one sentence. */
	readonly onNotice?: (notice: string) => void;
}

export interface FetchedModel {
	/** The converted weights. */
	readonly file: string;
	readonly sourceSha256: string;
	/** False where everything was there already. */
	readonly isNew: boolean;
}

/** What a weight file must be. */
interface Identity {
	readonly sha256?: string;
	readonly bytes?: number;
	/** Who says so. */
	readonly authority: string;
}

/** What was received where the manifest pins nothing: the next file must be the same. */
interface FirstUse {
	readonly sha256: string;
	readonly bytes: number;
}

/**
 * Makes a FaceNet model ready for use.
 * @throws AppError as `resumeDownload`; WEIGHTS_MISMATCH where the file is not the expected one;
 * INVALID_WEIGHT_FILE where it is no weight file of this network; FILE_NOT_FOUND; FILE_NOT_WRITABLE
 */
export async function fetchFacenet(download: FacenetDownload, options: FetchOptions): Promise<FetchedModel> {
	const { folder, from, onNotice = () => {} } = options;
	const { name } = download;
	const expected = await expectedIdentity(download, options);
	const file = convertedFile(folder, name);
	if (from === undefined) {
		const sourceSha256 = await convertedSource(download, options);
		if (sourceSha256 !== undefined && sourceSha256 === (expected.sha256 ?? sourceSha256)) {
			return { file, sourceSha256, isNew: false };
		}
	}
	const source = from ?? (await downloaded(download, expected, options));
	const identity = await identify(source);
	if (!isExpected(identity, expected)) {
		// a wrong download would be found again by the next run
		if (from === undefined) await rm(source);
		throw mismatch(source, identity, expected);
	}
	onNotice(`Converting ${source}.`);
	const parameters = await withKerasFile(source, (layers) =>
		foldParameters(matchLayers(layers, options.dimension)),
	);
	await writeCacheFile(file, encodeParameters({ model: name, sourceSha256: identity.sha256, parameters }));
	await recordFirstUse(folder, name, identity);
	return { file, sourceSha256: identity.sha256, isNew: true };
}

/** SHA-256 of the file that the present converted weights came from; nothing where there are none to use. */
async function convertedSource(
	{ name }: FacenetDownload,
	{ folder, onNotice = () => {} }: FetchOptions,
): Promise<string | undefined> {
	try {
		return (await readConverted(folder, name))?.sourceSha256;
	} catch (error) {
		if (!(error instanceof AppError && error.code === "INVALID_WEIGHT_CACHE")) throw error;
		onNotice(`The converted weights are made again: ${error.message}`);
		return undefined;
	}
}

/** The weight file in `models/`, downloaded where it is not there. */
async function downloaded(
	{ source, file, name }: FacenetDownload,
	{ bytes }: Identity,
	{ folder, url = source, onNotice = () => {}, ...options }: FetchOptions,
): Promise<string> {
	const target = path.join(folder, file);
	if (await exists(target)) return target;
	onNotice(`Downloading ${name} from ${url}.`);
	await mkdir(folder, { recursive: true });
	await resumeDownload(url, target, { ...options, ...(bytes !== undefined && { expectedBytes: bytes }) });
	return target;
}

async function expectedIdentity(download: FacenetDownload, options: FetchOptions): Promise<Identity> {
	if (options.sha256 !== undefined)
		return { sha256: options.sha256.toLowerCase(), authority: "as asked for" };
	const { sha256, bytes } = download;
	const firstUse = (await readFirstUses(options.folder))[download.name];
	if (sha256 === undefined && firstUse !== undefined) return { ...firstUse, authority: "as at first use" };
	return {
		...(sha256 !== undefined && { sha256 }),
		...(bytes !== undefined && { bytes }),
		authority: "as the manifest says",
	};
}

function isExpected(identity: FirstUse, { sha256, bytes }: Identity): boolean {
	return identity.sha256 === (sha256 ?? identity.sha256) && identity.bytes === (bytes ?? identity.bytes);
}

function mismatch(file: string, received: FirstUse, { sha256, bytes, authority }: Identity): AppError {
	const isOtherSize = bytes !== undefined && received.bytes !== bytes;
	const expected = isOtherSize ? `${bytes} bytes` : `SHA-256 ${sha256}`;
	const instead = isOtherSize ? `${received.bytes} bytes` : received.sha256;
	return new AppError(
		"WEIGHTS_MISMATCH",
		`Expected ${file} to have ${expected}, ${authority}, but received ${instead}.`,
		{
			hint: "The file is damaged or another one. Where it is meant, name its checksum with --sha256.",
		},
	);
}

async function identify(file: string): Promise<FirstUse> {
	const hash = createHash("sha256");
	let bytes = 0;
	try {
		for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
			hash.update(chunk);
			bytes += chunk.length;
		}
	} catch (cause) {
		throw new AppError("FILE_NOT_FOUND", `Expected a weight file at ${file} but could not read one.`, {
			cause,
		});
	}
	return { sha256: hash.digest("hex"), bytes };
}

function firstUseFile(folder: string): string {
	return path.join(folder, "cache", "first-use.json");
}

async function readFirstUses(folder: string): Promise<Partial<Record<string, FirstUse>>> {
	const file = firstUseFile(folder);
	return (await exists(file)) ? JSON.parse(await readFile(file, "utf8")) : {};
}

async function recordFirstUse(folder: string, name: string, { sha256, bytes }: FirstUse): Promise<void> {
	const records = { ...(await readFirstUses(folder)), [name]: { sha256, bytes } };
	await writeFile(firstUseFile(folder), `${JSON.stringify(records, undefined, "\t")}\n`);
}

async function exists(file: string): Promise<boolean> {
	return stat(file).then(
		() => true,
		(error: NodeJS.ErrnoException) => {
			if (error.code === "ENOENT") return false;
			throw error;
		},
	);
}
