/** What all commands share: settings as flags, how they end, and how they talk. */
import { type Command, CommanderError, InvalidArgumentError } from "commander";
import type { SettingOverrides } from "../config/config.ts";
import { AppError } from "../errors.ts";
import type { LockOptions } from "../files/file-lock.ts";
import type { ReadableGallery } from "../gallery/readable-gallery.ts";
import type { Answer } from "../pipeline/answer.ts";
import type { FaceTools } from "../pipeline/face-steps.ts";
import type { LookalikeTools } from "../pipeline/find-lookalikes.ts";

/** How a command ends: 0 done, 1 an expected failure (also of some photos only), 2 wrong usage, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Makes one page of an answer, with everything in it.
 * @param picturesFolder where the gallery keeps its pictures
 */
export type RenderReport = (answer: Answer, tools: LookalikeTools, picturesFolder: string) => Promise<string>;

/** Opens what a command works with; only cli.ts knows how. */
export interface Openers {
	/** The models. */
	openFaceTools(settings: SettingOverrides): Promise<FaceTools>;
	/** The models and the gallery. */
	openLookalikeTools(settings: SettingOverrides): Promise<LookalikeTools>;
	/** The gallery, wherever it is. */
	openGallery(settings: SettingOverrides): Promise<ReadableGallery>;
	/** Pages in a language, e.g. "en". @throws AppError INVALID_ARGUMENT for one without texts */
	openReport(language: string): Promise<RenderReport>;
	/** Serves the page until it is told to stop. */
	serve(settings: SettingOverrides): Promise<void>;
}

/** Flags that set what the environment would set otherwise. */
export interface SettingFlags {
	readonly gallery?: string;
	readonly engine?: string;
	readonly model?: string;
	readonly workers?: string;
}

export function addSettingFlags(command: Command, { withGallery = true } = {}): Command {
	if (withGallery)
		command.option(
			"--gallery <file>",
			"the gallery: a file, a folder, or a database without its password (GALLERY)",
		);
	return command
		.option("--engine <name>", "auto, onnx, tensorflow or wasm (FACE_ENGINE)")
		.option("--model <name>", "the embedding model (EMBEDDING_MODEL)")
		.option("--workers <n>", "engine threads (ENGINE_WORKERS)");
}

export function settingsOf({ gallery, engine, model, workers }: SettingFlags): SettingOverrides {
	return { GALLERY: gallery, FACE_ENGINE: engine, EMBEDDING_MODEL: model, ENGINE_WORKERS: workers };
}

/** A parser for options that take a whole number from `least` on, or to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (text.trim() === "" || !Number.isSafeInteger(value) || value < least || value > most) {
			const end = most === Number.MAX_SAFE_INTEGER ? "on" : `to ${most}`;
			throw new InvalidArgumentError(`Expected a whole number from ${least} ${end}.`);
		}
		return value;
	};
}

/** "1 photo", "2 photos". @param plural where it is not made with an s */
export function count(number: number, noun: string, plural = `${noun}s`): string {
	return `${number} ${number === 1 ? noun : plural}`;
}

/** Waits a little for another process that changes the same file, and says so. */
export function lockOptions(purpose: string): LockOptions {
	return { purpose, onWait: (holder) => process.stderr.write(`Waiting for ${holder} …\n`) };
}

/** What a terminal obeys, or is shown the other way round by. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text on one line, e.g. a file's name, with what a terminal would obey written out as in JSON. */
export function printable(text: string): string {
	return text.replaceAll(STEERING, (sign) => {
		const short = JSON.stringify(sign).slice(1, -1);
		return short === sign ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}` : short;
	});
}

/** One line for an expected failure; a bug keeps its stack. */
export function describeFailure(error: unknown): string {
	if (error instanceof AppError)
		return printable(`${error.code}: ${error.message}${error.hint ? ` ${error.hint}` : ""}`);
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Says what a command failed with, unless that was said. @returns the code to exit with */
export function tellFailure(error: unknown): number {
	if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
	process.stderr.write(`${describeFailure(error)}\n`);
	return error instanceof AppError && error.code === "SHUTTING_DOWN" ? EXIT.interrupted : EXIT.failed;
}
