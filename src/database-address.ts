/** Addresses of databases, as GALLERY and arguments have them: postgres://user:password@host:5432/database?schema=name. */
import { AppError } from "./errors.ts";

/** Whether a gallery's place is a database. */
export function isDatabaseAddress(place: string): boolean {
	return /^postgres(ql)?:\/\//i.test(place);
}

/** Whether it is an address of anything else, as postgress:// would be: neither a file nor a database. */
export function isOtherAddress(place: string): boolean {
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) && !isDatabaseAddress(place);
}

/**
 * An argument can be read in the list of processes by every user of the machine.
 * @throws AppError INVALID_ARGUMENT for an address with a password
 */
export function expectNoPassword(argument: string): void {
	if (!isDatabaseAddress(argument) || !/\/\/[^@]*:.*@|[?&]password=/i.test(argument)) return;
	throw new AppError(
		"INVALID_ARGUMENT",
		"Expected an address without a password, which others could read in the list of processes.",
		{ hint: "Put the password into PGPASSWORD or ~/.pgpass, or the whole address into GALLERY." },
	);
}
