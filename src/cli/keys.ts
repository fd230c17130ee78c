/** `keys`: who may use the API of a server whose API_KEYS_FILE names the file. */
import path from "node:path";
import type { Command } from "commander";
import { apiKeysFile } from "../config/config.ts";
import { AppError } from "../errors.ts";
import { changeKeys, createKey, type KnownKey, readKeys } from "../keys/key-file.ts";
import { lockOptions, wholeNumber } from "./command.ts";

interface KeyFlags {
	readonly file?: string;
	readonly perMinute?: number;
	readonly admin?: true;
}

const DEFAULT_FILE = "api-keys.json";
const FILE_FLAG = [
	"--file <file>",
	`where they are kept, as hashes (default: API_KEYS_FILE, or else ${DEFAULT_FILE})`,
] as const;

export function addKeysCommands(program: Command): void {
	const keys = program.command("keys").description("say who may use the API, where not everybody may");
	keys
		.command("add")
		.description("make a key and print it, once; kept is only its hash")
		.argument("<name>", "whom it is for")
		.option(...FILE_FLAG)
		.option("--per-minute <n>", "photos that may come with it", wholeNumber(1))
		.option("--admin", "let it change the gallery too, where ADMINISTRATION is on")
		.action(async (name: string, { perMinute, admin, ...flags }: KeyFlags) => {
			const file = fileOf(flags);
			const today = new Date().toISOString().slice(0, 10);
			const { key, known: added } = createKey(name, { photosPerMinute: perMinute, isAdmin: admin }, today);
			await changeKeys(file, lockOptions("keys add"), (known) => {
				if (known.every((other) => other.name !== name)) return [...known, added];
				throw new AppError("INVALID_ARGUMENT", `Expected a new name but ${name} has a key.`, {
					hint: "Remove that one first with `celebrity-faces keys remove`.",
				});
			});
			// the key alone goes to the standard output, to be kept in a file or handed to a program
			process.stderr.write(
				`${name} has a key from now on. Its hash is in ${path.resolve(file)}; the key itself is shown only here:\n`,
			);
			console.log(key);
		});
	keys
		.command("list")
		.description("say who has a key")
		.option(...FILE_FLAG)
		.action((flags: KeyFlags) => {
			for (const key of readKeys(fileOf(flags))) console.log(toLine(key));
		});
	keys
		.command("remove")
		.description("take somebody's key away; a running server heeds it within a second")
		.argument("<name>", "whose")
		.option(...FILE_FLAG)
		.action(async (name: string, flags: KeyFlags) => {
			const file = fileOf(flags);
			// a file that is not there is said to be missing, and not started
			readKeys(file);
			await changeKeys(file, lockOptions("keys remove"), (known) => {
				const left = known.filter((key) => key.name !== name);
				if (left.length < known.length) return left;
				throw new AppError("INVALID_ARGUMENT", `Nobody called ${name} has a key.`);
			});
			console.log(`Removed the key of ${name}.`);
		});
}

function fileOf({ file }: KeyFlags): string {
	return file ?? apiKeysFile() ?? DEFAULT_FILE;
}

function toLine({ name, created, photosPerMinute, isAdmin }: KnownKey): string {
	const limit = photosPerMinute === undefined ? "-" : `${photosPerMinute} a minute`;
	return [name, created, limit, ...(isAdmin ? ["may change the gallery"] : [])].join("\t");
}
