/** Runs the command line in the tests' own process, which takes a hundredth of the time: for what a command says and writes. */
import { vi } from "vitest";
import { type Openers, tellFailure } from "../../../src/cli/command.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { readConfig } from "../../../src/config/config.ts";
import { openGallery } from "../../../src/open-gallery.ts";
import type { Ended } from "./run-cli.ts";

const refuse = () => Promise.reject(new Error("Expected a command without models."));

const OPENERS: Openers = {
	openFaceTools: refuse,
	openLookalikeTools: refuse,
	openGallery: (settings) => openGallery(readConfig(settings)),
	openReport: refuse,
	serve: refuse,
};

/** One at a time: whatever is said meanwhile is taken for the command's. */
export async function runHere(args: readonly string[]): Promise<Ended> {
	const said = { stdout: "", stderr: "" };
	const hear = (stream: keyof typeof said, end: string) => (text: unknown) => {
		said[stream] += `${text}${end}`;
		return true;
	};
	const spies = [
		vi.spyOn(console, "log").mockImplementation(hear("stdout", "\n")),
		vi.spyOn(console, "error").mockImplementation(hear("stderr", "\n")),
		vi.spyOn(process.stdout, "write").mockImplementation(hear("stdout", "")),
		vi.spyOn(process.stderr, "write").mockImplementation(hear("stderr", "")),
	];
	try {
		await createProgram(OPENERS).parseAsync(args, { from: "user" });
		return { code: Number(process.exitCode ?? 0), ...said };
	} catch (error) {
		const code = tellFailure(error);
		return { code, ...said };
	} finally {
		for (const spy of spies) spy.mockRestore();
		process.exitCode = undefined;
	}
}
