import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { createLogger } from "../../../src/web/lifecycle/logger.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** Every write to it fails as on a disk that is full. */
const FULL_DISK = "/dev/full";

async function openLog(file: string) {
	const opened = await open(file, "a");
	onTestFinished(() => opened.close());
	return createLogger("info", { fd: opened.fd, isTTY: false, write: () => true });
}

it("writes each line at once", async () => {
	const file = path.join(await temporaryFolder(), "log");
	const logger = await openLog(file);
	logger.info({ status: 200 }, "answered");
	expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
		level: "info",
		status: 200,
		msg: "answered",
	});
});

it.skipIf(!existsSync(FULL_DISK))("lets the server go on where its log can't be written", async () => {
	const logger = await openLog(FULL_DISK);
	for (let i = 0; i < 3; i++) {
		logger.info("answered");
		await setImmediate();
	}
});
