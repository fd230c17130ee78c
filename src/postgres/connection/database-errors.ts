/** What PostgreSQL and the way to it say when something fails, in our words. No message repeats an address or a password. */
import { AppError, type ErrorCode } from "../../errors.ts";

/** Errors of the way to the server, and those with which it says that it is not there now: worth another try. */
const GONE = new Set([
	...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"],
	// admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections, and connection exceptions
	...["57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006"],
]);
/** Of the driver, which gives them no code. */
const GONE_MESSAGES =
	/Connection terminated(?! due to connection timeout)|connect (?:ENOENT|EACCES)|Query read timeout|Client has encountered a connection error|connection is closed|Client was closed/;
/** serialization_failure and deadlock_detected: another change was faster. */
const COLLIDED = new Set(["40001", "40P01"]);

interface Explanation {
	readonly code: ErrorCode;
	readonly says: string;
	readonly hint?: string;
}

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
	ENOTFOUND: {
		code: "DATABASE_UNAVAILABLE",
		says: "no such host is known",
		hint: "Look at the host in the gallery's address.",
	},
	"28P01": refused(
		"the password is wrong or missing",
		"Set PGPASSWORD, ~/.pgpass or the address in GALLERY.",
	),
	"28000": refused(
		"the server does not let this user in",
		"Look at pg_hba.conf and at the user's name; a server that wants TLS wants ?sslmode=verify-full in the address.",
	),
	"3D000": refused("there is no such database", "Make it with `createdb`."),
	"42501": refused("the user may not do that", "docs/postgres.md lists the rights that are needed."),
	"42P01": noGallery(),
	"3F000": noGallery(),
	"57014": {
		code: "DATABASE_UNAVAILABLE",
		says: "it took longer than it may",
		hint: "DATABASE_TIMEOUT_S is how long that is.",
	},
	"55P03": {
		code: "DATABASE_UNAVAILABLE",
		says: "somebody else keeps it locked",
		hint: "Try again in a while.",
	},
	"40001": {
		code: "DATABASE_UNAVAILABLE",
		says: "it had to give way to another change",
		hint: "Try again.",
	},
	DEPTH_ZERO_SELF_SIGNED_CERT: untrusted(),
	SELF_SIGNED_CERT_IN_CHAIN: untrusted(),
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted(),
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted(),
	CERT_HAS_EXPIRED: untrusted(),
	ERR_TLS_CERT_ALTNAME_INVALID: untrusted(),
	"25006": {
		code: "READ_ONLY",
		says: "the server only answers questions, as replicas do",
		hint: "Name the primary server in the gallery's address, or look at default_transaction_read_only there.",
	},
	"58P01": unfit("the server has no pgvector", "Install it, e.g. the Debian package postgresql-17-pgvector."),
	"0A000": unfit("the server has no pgvector", "Install it, e.g. the Debian package postgresql-17-pgvector."),
	"42704": unfit(
		"the database has no extension vector",
		"Let a superuser run CREATE EXTENSION vector in that database.",
	),
	"53100": {
		code: "DISK_FULL",
		says: "the server's disk is full",
		hint: "Make room there, then run the same again: a push goes on where it was.",
	},
	"53300": {
		code: "DATABASE_UNAVAILABLE",
		says: "all of its connections are taken",
		hint: "Raise max_connections there, lower DATABASE_POOL here, or put a pooler between.",
	},
	// of its own settings idle_in_transaction_session_timeout and transaction_timeout
	"25P03": endedByServer(),
	"25P04": endedByServer(),
	"2BP01": unfit(
		"something else is in the gallery's schema, or depends on its tables",
		"Drop or move that, or name another schema: a push replaces all of it.",
	),
	"22021": {
		code: "INVALID_ARGUMENT",
		says: "it takes no text with a character U+0000",
		hint: "Take it out of the names, credits or photos' paths.",
	},
	"54000": {
		code: "INVALID_ARGUMENT",
		says: "the path of a photo is longer than the index of photos takes, about 2,600 bytes",
		hint: "Name the photo by a shorter path.",
	},
};

/** Of memory that processes share, for which it has the same code as for a disk. */
const SHARED_MEMORY = /shared memory segment/;
const NO_SHARED_MEMORY: Explanation = {
	code: "DISK_FULL",
	says: "the server's shared memory is full",
	hint: "Give it more (with Docker --shm-size, e.g. as much as maintenance_work_mem), then run the same again.",
};

/** Of the driver, which gives it no code. */
const NO_TLS = /does not support SSL connections/;
const UNENCRYPTED = refused(
	"the server does not encrypt, and the address asks for it",
	"Let the server have a certificate (ssl = on), or drop sslmode from the address where nobody else can listen.",
);

/** Of the pool: the server may be well, and asking again would take as long again. */
const POOL_EXHAUSTED = /timeout exceeded when trying to connect/;
const ALL_TAKEN: Explanation = {
	code: "DATABASE_UNAVAILABLE",
	says: "none of this process's connections to it came free in time",
	hint: "DATABASE_POOL is how many there are; look at what the server is busy with, too.",
};

/** Of the driver, where a machine says nothing at all: asking again would take as long again. */
const NOT_CONNECTED = /due to connection timeout/;
const SILENT = {
	code: "DATABASE_UNAVAILABLE",
	says: "it does not answer",
	hint: "Look whether its machine hangs or lost its network; then try again.",
} as const satisfies Explanation;

/** Of the driver, which reads certificates that the address names. */
const NO_FILE = /^(?:ENOENT|EACCES|EISDIR)\b.*(?:, open '|, read)/;
const UNREADABLE: Explanation = {
	code: "INVALID_SETTING",
	says: "a file that its address names can't be read",
	hint: "Look at sslrootcert, sslcert and sslkey in the address.",
};

/** What has no code of its own, or one that says less. */
const SPECIAL: readonly (readonly [RegExp, Explanation])[] = [
	[NOT_CONNECTED, SILENT],
	[NO_FILE, UNREADABLE],
	[NO_TLS, UNENCRYPTED],
	[SHARED_MEMORY, NO_SHARED_MEMORY],
	[POOL_EXHAUSTED, ALL_TAKEN],
];

/** Whether the server could not be reached, or was lost: a question may be asked again. */
export function isGone(error: unknown): boolean {
	const { code, message = "" } = (error ?? {}) as { code?: unknown; message?: string };
	return (typeof code === "string" && GONE.has(code)) || GONE_MESSAGES.test(message);
}

/** Whether a change met another one: it may be made again. */
export function hasCollided(error: unknown): boolean {
	return COLLIDED.has(String((error as { code?: unknown } | undefined)?.code));
}

/** unique_violation: what was to be made is there, often as somebody else made it at the same moment. */
export function isTwice(error: unknown): boolean {
	return (error as { code?: unknown } | undefined)?.code === "23505";
}

/** Whether the server could not be asked, or said that it can't answer now. @param error as explainFailure has it */
export function isUnavailable(error: unknown): boolean {
	return error instanceof AppError && error.code === "DATABASE_UNAVAILABLE";
}

/** Whether somebody else's lock was waited for in vain. @param error as explainFailure has it */
export function wasLocked(error: unknown): boolean {
	return error instanceof AppError && (error.cause as { code?: unknown } | undefined)?.code === "55P03";
}

/**
 * @param label what to call the database, see DatabasePlace
 * @returns an AppError for what a person can do something about; a bug stays what it was
 */
export function explainFailure(error: unknown, label: string): unknown {
	if (error instanceof AppError) return error;
	const { code = "", message = "" } = (error ?? {}) as { code?: unknown; message?: string };
	const special = SPECIAL.find(([pattern]) => pattern.test(message))?.[1];
	const known = special ?? EXPLANATIONS[String(code)];
	if (known) {
		const { hint } = known;
		return new AppError(known.code, `The database at ${label}: ${known.says}.`, {
			...(hint !== undefined && { hint }),
			cause: error,
		});
	}
	if (!isGone(error)) return error;
	return new AppError("DATABASE_UNAVAILABLE", `The database at ${label} can't be reached.`, {
		hint: "Look whether it runs, and at host and port in its address; then try again.",
		cause: error,
	});
}

/** Of a server that said nothing for too long; not worth another try, as that would take as long again. */
export function silent(label: string): AppError {
	return new AppError(SILENT.code, `The database at ${label}: ${SILENT.says}.`, { hint: SILENT.hint });
}

function refused(says: string, hint: string): Explanation {
	return { code: "DATABASE_REFUSED", says, hint };
}

function endedByServer(): Explanation {
	return {
		code: "DATABASE_UNAVAILABLE",
		says: "it ended what took longer than its own settings allow",
		hint: "Look at its idle_in_transaction_session_timeout and transaction_timeout.",
	};
}

function untrusted(): Explanation {
	return refused(
		"its certificate is not one that this machine trusts",
		"Name the authority that signed it with ?sslmode=verify-full&sslrootcert=FILE in the address.",
	);
}

function unfit(says: string, hint: string): Explanation {
	return { code: "DATABASE_UNFIT", says, hint };
}

function noGallery(): Explanation {
	return {
		code: "FILE_NOT_FOUND",
		says: "there is no gallery in it",
		hint: "Bring one there with `celebrity-faces gallery push FILE postgres://…`.",
	};
}
