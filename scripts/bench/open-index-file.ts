/** An index file as a source that is read where it is needed, without being in memory as a whole first. */
import { fstatSync, openSync, readSync } from "node:fs";
import type { IndexSource } from "../../src/search/index-file.ts";

export function openIndexFile(file: URL): IndexSource {
	const descriptor = openSync(file, "r");
	return {
		byteLength: fstatSync(descriptor).size,
		read: (offset, target) => {
			for (let done = 0; done < target.byteLength; ) {
				const count = readSync(descriptor, target, done, target.byteLength - done, offset + done);
				if (count === 0) throw new RangeError(`Expected ${target.byteLength} bytes at ${offset}.`);
				done += count;
			}
		},
	};
}
