/** Writing files so that nobody ever finds half of one. */
import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { AppError } from "./errors.ts";

/**
 * Writes beside the target under a temporary name, flushes, and renames: whoever reads, and whenever the process
 * dies, there is the old file or the new one. Makes the folder where it is missing.
 * @param parts written one after the other
 * @throws AppError FILE_NOT_WRITABLE; the old file is then still there, and no other
 */
export async function writeFileAtomically(file: string, ...parts: readonly Uint8Array[]): Promise<void> {
	const folder = path.dirname(file);
	const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(4).toString("hex")}.tmp`);
	try {
		await mkdir(folder, { recursive: true });
		try {
			const handle = await open(temporary, "wx");
			try {
				for (const part of parts) await handle.writeFile(part);
				await handle.sync();
			} finally {
				await handle.close();
			}
			await rename(temporary, file);
		} catch (error) {
			await rm(temporary, { force: true });
			throw error;
		}
	} catch (cause) {
		throw new AppError("FILE_NOT_WRITABLE", `Expected to write ${file} but could not.`, { cause });
	}
}
