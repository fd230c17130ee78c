import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A new empty folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
