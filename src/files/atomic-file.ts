/** Writing files so that nobody ever finds half of one. */
import { constants, type Stats } from "node:fs";
import { access, type FileHandle, mkdir, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { markedFileBeside, sweepMarkedFiles } from "./marked-files.ts";
import { writeFailure } from "./write-failure.ts";

/** Modes of what is made new, before the umask. */
const NEW_FILE_MODE = 0o666;
/** Readable by nobody but its owner. */
export const PRIVATE_MODE = 0o600;

/**
 * Writes beside the target under a temporary name, flushes, and renames: whoever reads, and whenever the process or
 * the machine dies, there is the old file or the new one. Mode and, where the user may, owner stay as they were; a
 * symbolic link stays a link. Makes the folder where it is missing. What is there and no file, like a pipe or /dev/null,
 * is written to and stays what it is.
 * @param parts written one after the other
 * @throws AppError DISK_FULL, READ_ONLY or FILE_NOT_WRITABLE; the old file is then still there, and no other
 */
export async function writeFileAtomically(file: string, ...parts: readonly Uint8Array[]): Promise<void> {
	await replaceFile(file, parts, async () => {});
}

/** As writeFileAtomically, with parts that are made while they are written. */
export async function streamFileAtomically(file: string, parts: Iterable<Uint8Array>): Promise<void> {
	await replaceFile(file, parts, async () => {});
}

/**
 * As writeFileAtomically, with a last look before the new file takes the old one's place.
 * @param check throws if it may not; the old file is then still there, and no other
 * @param newFileMode before the umask, where there is no old one
 */
export async function replaceFile(
	file: string,
	parts: Iterable<Uint8Array>,
	check: () => Promise<void>,
	newFileMode = NEW_FILE_MODE,
): Promise<void> {
	try {
		if (await isPipeOrDevice(file)) {
			await check();
			return await writeThrough(file, parts);
		}
		const target = await followLinks(file);
		const folder = path.dirname(target);
		await mkdir(folder, { recursive: true });
		await sweepMarkedFiles(target, "tmp");
		const temporary = markedFileBeside(target, "tmp");
		try {
			await writeTemporary(temporary, parts, await stat(target).catch(() => undefined), newFileMode);
			await check();
			await rename(temporary, target);
		} catch (error) {
			await rm(temporary, { force: true });
			throw error;
		}
		await flushFolder(folder);
	} catch (cause) {
		throw writeFailure(file, cause);
	}
}

/**
 * Whether a file could be written now, for whoever works long before there is something to write. Makes its folder where
 * it is missing.
 * @throws AppError READ_ONLY or FILE_NOT_WRITABLE
 */
export async function expectWritable(file: string): Promise<void> {
	try {
		if (await isPipeOrDevice(file)) return;
		const folder = path.dirname(await followLinks(file));
		await mkdir(folder, { recursive: true });
		await access(folder, constants.W_OK);
	} catch (cause) {
		throw writeFailure(file, cause);
	}
}

/** Asked of the path as it is: what a shell's /dev/fd/63 leads to has no path of its own. */
async function isPipeOrDevice(file: string): Promise<boolean> {
	const status = await stat(file).catch(() => undefined);
	return status !== undefined && !status.isFile() && !status.isDirectory();
}

async function writeThrough(file: string, parts: Iterable<Uint8Array>): Promise<void> {
	const handle = await open(file, constants.O_WRONLY);
	try {
		for (const part of parts) await handle.writeFile(part);
	} finally {
		await handle.close();
	}
}

/** @param before the file that will be replaced, if there is one */
async function writeTemporary(
	temporary: string,
	parts: Iterable<Uint8Array>,
	before: Stats | undefined,
	newFileMode: number,
): Promise<void> {
	// until it has its owner and mode, only its writer may look into what may be private
	const handle = await open(temporary, "wx", before ? PRIVATE_MODE : newFileMode);
	try {
		for (const part of parts) await handle.writeFile(part);
		if (before) await keepOwnership(handle, before);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

async function keepOwnership(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
	const own = await handle.stat();
	if (own.uid !== uid || own.gid !== gid) {
		// only root may give files away; others keep at least the group, if it is one of theirs
		await handle.chown(uid, gid).catch(() => handle.chown(own.uid, gid).catch(() => undefined));
	}
	await handle.chmod(mode & 0o7777);
}

/** Where the file is or, if it isn't there yet, will be. */
export async function followLinks(file: string): Promise<string> {
	try {
		return await realpath(file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
	}
	// a link to what isn't there yet; links in a circle are an error that realpath has told
	const link = await readlink(file).catch(() => undefined);
	return link === undefined ? path.resolve(file) : followLinks(path.resolve(path.dirname(file), link));
}

/** A rename survives a power cut only once its folder is on the disk. */
export async function flushFolder(folder: string): Promise<void> {
	// Windows opens no folders, and has no need to
	if (process.platform === "win32") return;
	const handle = await open(folder, constants.O_RDONLY);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
