/** A real server of two processes whose gallery, in whatever it is kept, is changed over HTTP. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { expect, vi } from "vitest";
import { type ApiError, FacesClient } from "../../../src/client/client.ts";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { findFaces } from "../../../src/faces/find-faces.ts";
import type { ReadableGallery } from "../../../src/gallery/readable-gallery.ts";
import { decodePhoto } from "../../../src/image/decode-photo.ts";
import { changeKeys, createKey } from "../../../src/keys/key-file.ts";
import { cutFaces } from "../cut-faces.ts";
import { CLI_FILE } from "../processes/built-cli.ts";

/** For what comes when it comes. */
export const WAIT = { timeout: 300_000, interval: 50 };

/** What is changed, and how a test looks at it behind the server's back. */
export interface AdministeredGallery {
	/** File or address of a gallery with one photo of one person, Ann. */
	readonly place: string;
	/** Of its server. */
	readonly settings: Readonly<Record<string, string>>;
	readonly auditLog: string;
	/** With which the command line adds to it as the API does. */
	readonly addFlags: readonly string[];
	/** As it is now. */
	read(): Promise<ReadableGallery>;
	/** Keeps everybody from changing it meanwhile. */
	hold(use: () => Promise<void>): Promise<void>;
	/** All that is kept of it, by where it is. */
	kept(): Promise<ReadonlyMap<string, string>>;
	close(): Promise<void>;
}

export interface AdministeredServer {
	readonly url: string;
	readonly pid: number;
	/** May change the gallery. */
	readonly admin: string;
	/** May only ask. */
	readonly reader: string;
	/** Asks with a key, by default that of the administrator, again and again while the server is busy. */
	api(key?: string): FacesClient;
	/** All that the server has said. */
	output(): string;
	/** The lines of the audit log. */
	audited(): Promise<Record<string, unknown>[]>;
	stop(): void;
}

export async function startAdministeredServer(
	folder: string,
	gallery: AdministeredGallery,
): Promise<AdministeredServer> {
	const admin = createKey("office", { isAdmin: true }, "2026-11-26");
	const reader = createKey("shop", {}, "2026-11-26");
	const keys = path.join(folder, "keys.json");
	await changeKeys(keys, { purpose: "test" }, () => [admin.known, reader.known]);
	const server = spawn(process.execPath, [CLI_FILE, "serve"], {
		cwd: PROJECT_FOLDER,
		env: {
			...process.env,
			...{ PORT: "0", HOST: "127.0.0.1", PROCESSES: "2", DRAIN_S: "0" },
			...{ ADMINISTRATION: "on", API_KEYS_FILE: keys },
			...{ RATE_LIMIT_PER_MINUTE: "0", WORK_SECONDS_PER_MINUTE: "0" },
			...{ GALLERY: gallery.place, ...gallery.settings },
		},
	});
	let output = "";
	for (const stream of [server.stdout, server.stderr])
		stream.on("data", (text) => {
			output += text;
		});
	await vi.waitFor(() => expect(output).toContain("By 2 processes."), WAIT);
	const url = `http://127.0.0.1:${/localhost:(\d+)/.exec(output)?.[1]}`;
	return {
		...{ url, pid: server.pid as number, admin: admin.key, reader: reader.key },
		api: (key = admin.key) => new FacesClient({ url, apiKey: key, maxRetries: 60, fetch: fetchAnew }),
		output: () => output,
		audited: async () =>
			(await readFile(gallery.auditLog, "utf8"))
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line)),
		stop: () => void server.kill("SIGKILL"),
	};
}

/** On a connection of its own: on a busy machine the server may just be closing the one of the request before. */
const fetchAnew: typeof fetch = (input, init = {}) =>
	fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), connection: "close" } });

/** What a call failed with. */
export const failureOf = (call: Promise<unknown>) =>
	call.catch((error: ApiError) => error) as Promise<ApiError>;

/** Seven photos of one person each, with nobody else at its edge. */
export async function cutSingleFaces(): Promise<Buffer[]> {
	const engine = await chooseFaceEngine();
	const faces = (await Promise.all([1, 4, 6].map((sample) => cutFaces(engine, sample)))).flat();
	const single: Buffer[] = [];
	for (const face of faces) {
		if ((await findFaces(engine, await decodePhoto(face))).length === 1) single.push(face);
	}
	await engine.close();
	expect(single.length).toBeGreaterThanOrEqual(7);
	return single;
}

/** The same face in other pixels. */
export const varied = (photo: Buffer, side: number) => sharp(photo).resize(side).jpeg().toBuffer();
