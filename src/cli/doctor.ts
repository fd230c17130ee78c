/** `doctor`: whether everything is there that the program needs, and what to do where it is not. */
import { createServer } from "node:net";
import os from "node:os";
import { constrainedMemory, versions } from "node:process";
import type { Command } from "commander";
import { z } from "zod";
import { readConfig, type SettingOverrides, VERSION } from "../config/config.ts";
import { AppError } from "../errors.ts";
import { expectWritable } from "../files/atomic-file.ts";
import { readKeys } from "../keys/key-file.ts";
import {
	addSettingFlags,
	count,
	describeFailure,
	EXIT,
	type Openers,
	type SettingFlags,
	settingsOf,
} from "./command.ts";

/** What the page wants; see README.md. */
const LEAST_MEMORY_MB = 768;

/** A server that does not say how it is within this time is not the page. */
const ANSWER_MS = 5000;
/** What tells our `/readyz` from another program's. */
const READINESS = z.looseObject({ state: z.string(), versions: z.looseObject({ app: z.string() }) });

interface Finding {
	readonly what: string;
	readonly isWell: boolean;
	/** What was found, or what to do. */
	readonly says: string;
}

type Check = () => Promise<string> | string;

export function addDoctorCommand(program: Command, openers: Openers): void {
	addSettingFlags(program.command("doctor"))
		.description(
			"say whether engine, models, gallery, memory, keys and port are as they must be, and what to do",
		)
		.option("--json", "print one JSON object")
		.action(async ({ json, ...flags }: SettingFlags & { json?: true }) => {
			const findings: Finding[] = [];
			for (const [what, check] of Object.entries(checksOf(settingsOf(flags), openers))) {
				const finding = await examine(what, check);
				findings.push(finding);
				if (!json) console.log(`${finding.isWell ? "ok   " : "wrong"}  ${what.padEnd(9)} ${finding.says}`);
			}
			const isWell = findings.every((finding) => finding.isWell);
			if (json) console.log(JSON.stringify({ isWell, findings }));
			if (!isWell) process.exitCode = EXIT.failed;
		});
}

function checksOf(
	settings: SettingOverrides,
	{ openFaceTools, openGallery }: Pick<Openers, "openFaceTools" | "openGallery">,
): Record<string, Check> {
	return {
		versions: () => `celebrity-faces ${VERSION}, Node ${versions.node}, ${os.platform()} ${os.arch()}`,
		settings: () => `all settings are right; LOG_LEVEL is ${readConfig(settings).logLevel}`,
		memory: () => expectMemory(Math.floor(availableBytes() / 1e6)),
		engine: async () => {
			const { engine, model } = await openFaceTools(settings);
			await engine.close();
			return `${engine.description}, embeddings by ${model.pipelineVersion}`;
		},
		gallery: async () => {
			const { galleryFile, database } = readConfig(settings);
			const { numPeople, numPhotos } = await openGallery(settings);
			const place = database ? "the database" : galleryFile;
			return `${count(numPeople, "person", "people")}, ${count(numPhotos, "photo")} in ${place}`;
		},
		keys: () => expectKeys(readConfig(settings)),
		port: () => tryPort(readConfig(settings)),
	};
}

async function examine(what: string, check: Check): Promise<Finding> {
	try {
		return { what, isWell: true, says: await check() };
	} catch (error) {
		return { what, isWell: false, says: describeFailure(error) };
	}
}

/** @throws AppError as readKeys and expectWritable; INVALID_SETTING where nobody could change what may be changed */
async function expectKeys({
	apiKeysFile,
	hasAdministration,
	auditLogFile,
}: ReturnType<typeof readConfig>): Promise<string> {
	if (apiKeysFile === undefined) return "everybody may use the API, as no API_KEYS_FILE is named";
	const keys = readKeys(apiKeysFile);
	const numAdmins = keys.filter(({ isAdmin }) => isAdmin).length;
	const told = `${count(keys.length, "key")} in ${apiKeysFile}`;
	if (!hasAdministration) return told;
	await expectWritable(auditLogFile);
	if (numAdmins > 0) return `${told}, of which ${numAdmins} may change the gallery`;
	throw new AppError("INVALID_SETTING", `ADMINISTRATION is on but none of ${told} may change the gallery.`, {
		hint: "Make one: `celebrity-faces keys add NAME --admin`.",
	});
}

function expectMemory(megabytes: number): string {
	if (megabytes >= LEAST_MEMORY_MB) return `${megabytes} MB`;
	throw new AppError("INVALID_SETTING", `${megabytes} MB: the page wants ${LEAST_MEMORY_MB}.`, {
		hint: "Give it more, or set MAX_ACTIVE=1.",
	});
}

function availableBytes(): number {
	const constrained = constrainedMemory();
	return constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
}

/** @throws AppError INVALID_SETTING for a port that something else than the page has */
async function tryPort({ host, port, basePath }: ReturnType<typeof readConfig>): Promise<string> {
	const failure = await listenOnce(host, port);
	if (failure === undefined) return `${host}:${port} is free`;
	const url = `http://${addressOf(host)}:${port}${basePath}`;
	const state = await stateOfPage(url);
	if (state !== undefined) return `the page is already running there: ${url} (${state})`;
	throw new AppError("INVALID_SETTING", `${failure}.`, {
		hint: "Another program has it: stop that one, or choose another port with PORT.",
	});
}

/** @returns why it can't be done */
function listenOnce(host: string, port: number): Promise<string | undefined> {
	const server = createServer();
	return new Promise((resolve) => {
		server.once("error", ({ message }) => resolve(message));
		server.listen(port, host, () => server.close(() => resolve(undefined)));
	});
}

/** What the page at this address says of itself, e.g. "ready"; undefined where something else answers, or nothing. */
async function stateOfPage(url: string): Promise<string | undefined> {
	try {
		const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
		return READINESS.parse(await response.json()).state;
	} catch {
		return undefined;
	}
}

/** Where a server that listens on `host` is reached from this machine. */
function addressOf(host: string): string {
	if (host === "0.0.0.0" || host === "::") return "localhost";
	return host.includes(":") ? `[${host}]` : host;
}
