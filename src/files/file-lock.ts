/**
 * Only one process at a time changes a file. Each that wants to puts a file of its own beside it and then looks for
 * others: of two at once at least one sees the other and steps back. As no two share a name, removing the lock of a
 * process that was killed can never hit that of one that lives, which a single lock file with one name can't promise.
 */
import { mkdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { followLinks, replaceFile } from "./atomic-file.ts";
import { markedFileBeside, readMarkedFile, sweepMarkedFiles } from "./marked-files.ts";
import { SIGN_OF_LIFE_MS } from "./process-mark.ts";
import { writeFailure } from "./write-failure.ts";

export interface LockOptions {
	/** What is being done, for whoever has to wait, e.g. "gallery add". */
	readonly purpose: string;
	/** How long to wait for others that give signs of life. Default 10 minutes: on a busy machine a change takes long. */
	readonly patienceMs?: number;
	/** Told once if there is something to wait for. */
	readonly onWait?: (holder: string) => void;
	/** Mode of the file where it is not there yet. Default: as the umask has it. */
	readonly newFileMode?: number;
}

/** A file that nobody else changes meanwhile, as long as they ask for the lock too. */
export interface LockedFile {
	/**
	 * Replaces the file as writeFileAtomically does.
	 * @throws AppError FILE_CHANGED if somebody else has changed it since it was locked, or has taken the lock away
	 */
	replace(...parts: readonly Uint8Array[]): Promise<void>;
}

/**
 * Locks a file, hands it to `use`, and unlocks it.
 * @param file need not be there yet
 * @throws AppError FILE_IN_USE if another process holds it for longer than is waited; DISK_FULL, READ_ONLY or
 * FILE_NOT_WRITABLE; whatever `use` throws
 */
export async function withFileLock<T>(
	file: string,
	options: LockOptions,
	use: (file: LockedFile) => Promise<T>,
): Promise<T> {
	const target = await findFolder(file);
	const lock = await acquire(file, target, options);
	const signsOfLife = setInterval(() => {
		const now = new Date();
		// a lock that was taken away is noticed before anything is written
		utimes(lock, now, now).catch(() => undefined);
	}, SIGN_OF_LIFE_MS);
	try {
		await sweepMarkedFiles(target, "tmp");
		let seen = await fingerprint(target);
		return await use({
			async replace(...parts) {
				const expectUnchanged = async () => {
					const isHeld = (await fingerprint(lock)) !== ABSENT;
					if (!isHeld || (await fingerprint(target)) !== seen) throw changedMeanwhile(file);
				};
				await replaceFile(target, parts, expectUnchanged, options.newFileMode);
				seen = await fingerprint(target);
			},
		});
	} finally {
		clearInterval(signsOfLife);
		await rm(lock, { force: true });
	}
}

/** Where the file really is, its folder made if it was missing. */
async function findFolder(file: string): Promise<string> {
	try {
		const target = await followLinks(file);
		await mkdir(path.dirname(target), { recursive: true });
		return target;
	} catch (cause) {
		throw writeFailure(file, cause);
	}
}

/** @returns the file that is the lock */
async function acquire(
	file: string,
	target: string,
	{ purpose, patienceMs = 600_000, onWait }: LockOptions,
): Promise<string> {
	// not by the clock, which may be set meanwhile
	const deadline = performance.now() + patienceMs;
	const lock = markedFileBeside(target, "lock");
	let isTold = false;
	for (;;) {
		const other = (await findOther(target, lock)) ?? (await placeLock(file, target, lock, purpose));
		if (other === undefined) return lock;
		const { holder, isKnown } = await describeHolder(other);
		if (performance.now() >= deadline) {
			throw new AppError("FILE_IN_USE", `Expected to change ${file} but ${holder} is changing it.`, {
				hint: "Run the same again when that is done.",
			});
		}
		if (isKnown && !isTold) {
			onWait?.(holder);
			isTold = true;
		}
		// two that stepped back from each other must not meet again
		await sleep(20 + Math.random() * 180);
	}
}

/** @returns nothing if the file is now locked; otherwise the lock of another, and the own one is gone again */
async function placeLock(
	file: string,
	target: string,
	lock: string,
	purpose: string,
): Promise<string | undefined> {
	try {
		await writeFile(lock, `${new Date().toISOString()} ${purpose}`, { flag: "wx" });
		const other = await findOther(target, lock);
		if (other !== undefined) await rm(lock, { force: true });
		return other;
	} catch (cause) {
		await rm(lock, { force: true });
		throw writeFailure(file, cause);
	}
}

async function findOther(target: string, own: string): Promise<string | undefined> {
	return (await sweepMarkedFiles(target, "lock")).find((lock) => lock !== own);
}

/**
 * E.g. `process 123 (gallery add, for 40 s)`. What it does is not known yet while it writes its lock, and no longer
 * once the lock is gone.
 */
async function describeHolder(lock: string): Promise<{ holder: string; isKnown: boolean }> {
	const { pid, text } = await readMarkedFile(lock);
	const [since = "", ...purpose] = text.split(" ");
	const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
	if (Number.isNaN(seconds)) return { holder: `process ${pid}`, isKnown: false };
	const age = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
	return { holder: `process ${pid} (${purpose.join(" ")}, for ${age})`, isKnown: true };
}

const ABSENT = "absent";

/** Differs whenever a file was replaced or written to. */
async function fingerprint(file: string): Promise<string> {
	const status = await stat(file, { bigint: true }).catch(() => undefined);
	return status ? `${status.ino} ${status.size} ${status.mtimeNs}` : ABSENT;
}

function changedMeanwhile(file: string): AppError {
	return new AppError(
		"FILE_CHANGED",
		`Expected nobody else to change ${file} meanwhile but it was changed.`,
		{
			hint: "Nothing was written. Run the same again.",
		},
	);
}
