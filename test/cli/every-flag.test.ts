/**
 * Every command and every flag that the help knows, given rightly, wrongly and misspelt. Models are not opened: whoever
 * asks for them was right in all that can be told before, and whoever was wrong must hear it by then.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CommanderError } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Openers } from "../../src/cli/command.ts";
import {
	type DescribedCommand,
	type DescribedOption,
	describeCommands,
} from "../../src/cli/help/describe-commands.ts";
import { createProgram } from "../../src/cli/program.ts";
import { readConfig } from "../../src/config/config.ts";
import { AppError, type ErrorCode } from "../../src/errors.ts";
import { npyParts } from "../../src/files/npy.ts";
import { toLines } from "../../src/gallery/exchange/photo-lines.ts";
import { Gallery } from "../../src/gallery/gallery.ts";
import { embeddingModel } from "../../src/nets/embedding-models.ts";
import { openGallery } from "../../src/open-gallery.ts";
import { openReport } from "../../src/web/report/render-report.ts";
import { ARGUMENTS, FLAGS, type Values } from "../helpers/flag-values.ts";
import { createGallery } from "../helpers/galleries/face-like-gallery.ts";
import { rewriteGallery } from "../helpers/galleries/gallery-folder.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** Thrown where models would be opened, or the page served. */
class Opened extends AppError {
	constructor() {
		super("ENGINE_UNAVAILABLE", "Expected to come this far.");
	}
}

const openers: Openers = {
	openFaceTools: async (settings) => {
		readConfig(settings);
		throw new Opened();
	},
	openLookalikeTools: async (settings) => {
		await openGallery(readConfig(settings));
		throw new Opened();
	},
	openGallery: async (settings) => openGallery(readConfig(settings)),
	openReport: async (language) => openReport(language),
	serve: async (settings) => {
		await openGallery(readConfig(settings));
		throw new Opened();
	},
};

/** What is said where nobody listens: whoever says so has understood everything else. */
const REACHED: readonly ErrorCode[] = ["DATABASE_UNAVAILABLE", "DOWNLOAD_FAILED", "WEIGHTS_MISMATCH"];

interface Outcome {
	/** Whether it did what it was asked for, as far as that goes without models. */
	readonly isRight: boolean;
	/** Whether it said in a sentence what is wrong. */
	readonly isRefused: boolean;
	/** What was said, or thrown. */
	readonly said: string;
}

const HOME = process.cwd();
beforeEach(() => {
	// any that is free
	vi.stubEnv("PORT", "0");
	vi.stubEnv("GALLERY", "my.gallery");
});
afterEach(() => {
	vi.unstubAllEnvs();
	process.chdir(HOME);
});

/** Runs a command in a folder where everything lies that is named above. */
async function run(args: readonly string[], folder: string): Promise<Outcome> {
	process.chdir(folder);
	let said = "";
	const hear = (text: unknown) => {
		said += `${text}\n`;
		return true;
	};
	const spies = [
		vi.spyOn(console, "log").mockImplementation(hear),
		vi.spyOn(console, "error").mockImplementation(hear),
		vi.spyOn(process.stderr, "write").mockImplementation(hear),
		vi.spyOn(process.stdout, "write").mockImplementation(hear),
	];
	try {
		await createProgram(openers).parseAsync(args, { from: "user" });
		// of what doctor looks at, the models are never well here
		const isWrong = /^wrong (?!.*come this far)/m.test(said);
		return { isRight: !isWrong, isRefused: isWrong, said };
	} catch (error) {
		if (error instanceof Opened) return { isRight: true, isRefused: false, said };
		if (error instanceof CommanderError)
			return { isRight: false, isRefused: /^error: /m.test(said) && error.exitCode !== 0, said };
		if (!(error instanceof AppError))
			return { isRight: false, isRefused: false, said: String((error as Error).stack) };
		const { code, message } = error;
		return {
			isRight: REACHED.includes(code),
			isRefused: /^[^\n]+[.!?]$/.test(message),
			said: `${code}: ${message}`,
		};
	} finally {
		for (const spy of spies) spy.mockRestore();
		process.exitCode = undefined;
	}
}

/** A folder for one run, or for several that change nothing. */
async function lay(): Promise<string> {
	const folder = await temporaryFolder();
	await cp(template, folder, { recursive: true });
	return folder;
}

/** Copied for each run: a gallery of six people, and whatever else flags name. */
let template: string;

beforeAll(async () => {
	template = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-flags-"));
	const gallery = await makeGallery(path.join(template, "my.gallery"));
	const { dimension } = gallery;
	const rows = [gallery.index.embedding(0)];
	const known = { name: "Bob", sha256: "0".repeat(64), created: "2026-01-01" };
	const files: Readonly<Record<string, string | Iterable<Uint8Array>>> = {
		"me.jpg": "never looked at",
		"photos/Ann/1.jpg": "never looked at",
		"list.txt": "me.jpg\n",
		"people.csv": "listed,name\nPerson 0,Ann Smith\n",
		"deny.csv": "name,reason\nNobody,private\n",
		"settings.json": '{ "title": "Ours" }',
		"query.rq": "SELECT ?p WHERE { ?p wdt:P31 wd:Q5 }",
		"known.json": JSON.stringify({ keys: [known] }),
		"weights.h5": "none",
		"faces.npy": npyParts(rows.length, dimension, rows),
		"faces.jsonl": [...toLines(gallery)].slice(0, 2).join("\n"),
	};
	await mkdir(path.join(template, "photos", "Ann"), { recursive: true });
	for (const [name, content] of Object.entries(files)) await writeFile(path.join(template, name), content);
});
afterAll(() => rm(template, { recursive: true, force: true }));

/** Of six people, by the net that is told photos of one person by. */
async function makeGallery(file: string): Promise<Gallery> {
	const { gallery } = createGallery(6, 2);
	const contents = { ...gallery.contents(), pipelineVersion: embeddingModel("face-api").pipelineVersion };
	const made = Gallery.build(contents);
	// a folder, as pictures need one
	await mkdir(file);
	await rewriteGallery(file, made);
	return made;
}

const commands = describeCommands(createProgram(openers)).filter(
	({ subcommands }) => subcommands.length === 0,
);

it("has arguments here for each command, and values for each flag, and no others", () => {
	expect(Object.keys(ARGUMENTS).sort()).toEqual(commands.map(nameOf).sort());
	const flags = commands.flatMap((command) => command.options.map((option) => keyOf(command, option)));
	expect(Object.keys(FLAGS).sort()).toEqual([...new Set(flags)].sort());
});

describe.each(commands.map((command) => [nameOf(command), command] as const))("%s", (_name, command) => {
	it("takes what it should", async () => {
		const given = [argumentsFor(command)];
		for (const option of command.options)
			given.push([
				...argumentsFor(command, option),
				longOf(option),
				...(valuesOf(command, option).right ?? []),
			]);
		expect(await otherwise(given, ({ isRight }) => isRight)).toEqual([]);
	});

	it("says in a sentence what it can't take, before any work", async () => {
		const given = [
			["--nonsense", ...argumentsFor(command)],
			[...argumentsFor(command), ..."more arguments than it can take".split(" ")],
		].slice(0, command.usage.includes("...") ? 1 : 2);
		for (const option of command.options) {
			const [flag, before] = [longOf(option), argumentsFor(command, option)];
			const { right, wrong } = valuesOf(command, option);
			if (wrong) given.push([...before, flag, ...wrong]);
			// without a value, or with one where it takes none
			given.push([...before, right ? flag : `${flag}=x`]);
		}
		expect(await otherwise(given, ({ isRefused }) => isRefused)).toEqual([]);
	});

	it("knows what is meant by a misspelt flag", async () => {
		const folder = await lay();
		for (const option of command.options.filter((one) => longOf(one).length > "--json".length)) {
			const flag = longOf(option);
			const misspelt = `${flag.slice(0, -2)}${flag.at(-1)}`;
			const given = [[...argumentsFor(command, option), misspelt]];
			const isMeant = ({ said }: Outcome) => new RegExp(`Did you mean .*${flag}\\b`).test(said);
			expect(await otherwise(given, isMeant, folder)).toEqual([]);
		}
	});

	/** The command lines that do not end so, with what they said. */
	async function otherwise(
		given: readonly (readonly string[])[],
		isSo: (outcome: Outcome) => boolean,
		folder?: string,
	) {
		const others: string[] = [];
		for (const args of given) {
			const outcome = await run([...command.path, ...args], folder ?? (await lay()));
			if (!isSo(outcome)) others.push(`${args.join(" ")}: ${outcome.said}`);
		}
		return others;
	}
});

function nameOf({ path: words }: DescribedCommand): string {
	return words.join(" ");
}

function longOf({ names }: DescribedOption): string {
	return names.at(-1) as string;
}

function keyOf(command: DescribedCommand, option: DescribedOption): string {
	const own = `${nameOf(command)} ${longOf(option)}`;
	return own in FLAGS ? own : longOf(option);
}

function valuesOf(command: DescribedCommand, option: DescribedOption): Values {
	return FLAGS[keyOf(command, option)] ?? {};
}

function argumentsFor(command: DescribedCommand, option?: DescribedOption): readonly string[] {
	return (option && valuesOf(command, option).with) ?? ARGUMENTS[nameOf(command)] ?? [];
}
