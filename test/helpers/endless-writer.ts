/** Writes the same file over and over, filled with another byte each time, until it is killed. */
import { writeFileAtomically } from "../../src/files/atomic-file.ts";

const file = process.argv[2] as string;
for (let fill = 2; ; fill = (fill % 250) + 1) {
	if (fill === 3) process.send?.("started");
	await writeFileAtomically(file, Buffer.alloc(4_000_000, fill));
}
