/** What the command line prints arrives whole, or it says that it does not. */
import { fstatSync, writeSync } from "node:fs";
import process from "node:process";
import { writeFailure } from "../files/write-failure.ts";
import { describeFailure, EXIT } from "./command.ts";

/** Ends the process where the output can't be written; quietly where whoever reads it has seen enough, as `head` does. */
export function expectWholeOutput(): void {
	process.stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code === "EPIPE") process.exit();
		process.stderr.write(`${describeFailure(writeFailure("the standard output", error))}\n`);
		process.exit(EXIT.failed);
	});
	// progress and notices are not worth an end
	process.stderr.on("error", () => {});
	if (!isFile(process.stdout.fd)) return;
	// Node's own takes a short write for a whole one: on a full disk the end of the output would be lost unseen
	process.stdout._write = (chunk: Uint8Array | string, encoding, done) => {
		try {
			const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
			for (let at = 0; at < bytes.length; ) at += writeSync(process.stdout.fd, bytes, at);
			done();
		} catch (error) {
			done(error as Error);
		}
	};
}

function isFile(descriptor: number): boolean {
	try {
		return fstatSync(descriptor).isFile();
	} catch {
		return false;
	}
}
