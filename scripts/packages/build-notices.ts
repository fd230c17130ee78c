/** Writes THIRD-PARTY.md: `npm run build:notices`. With --check it writes nothing and fails unless the file is fresh. */
import { readFile, writeFile } from "node:fs/promises";
import { readLockFile } from "./lock-file.ts";
import { formatNotices, readNotices } from "./notices.ts";

const TARGET = "THIRD-PARTY.md";

const notices = await readNotices(await readLockFile());
const text = formatNotices(notices);
const unnamed = notices.filter(({ licence }) => licence === "not named");
if (unnamed.length > 0) {
	console.error(
		`No licence is named by ${unnamed.map(({ name }) => name).join(", ")}. Ask its author, or do without.`,
	);
	process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
	await writeFile(TARGET, text);
	console.log(`${TARGET}: ${notices.length} packages`);
} else if ((await readFile(TARGET, "utf8").catch(() => "")) !== text) {
	console.error(
		`${TARGET} is not what package-lock.json and node_modules say. Run \`npm run build:notices\`.`,
	);
	process.exitCode = 1;
}
