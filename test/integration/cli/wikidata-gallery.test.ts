/** `serve --gallery wikidata`: a page at once, people from Wikidata when they are there. */
import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { chooseFaceEngine } from "../../../src/engines/choose-engine.ts";
import { CLI_FILE } from "../../helpers/processes/built-cli.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { cutPortraits, smallWorld } from "../../helpers/wikimedia/small-world.ts";
import { startStandIn } from "../../helpers/wikimedia/stand-in.ts";

interface Status {
	readonly gallery?: { readonly name: string; readonly numPeople: number };
	readonly building?: { readonly numPeople: number; readonly limit: number };
}

async function startServer(environment: Readonly<Record<string, string>>) {
	const server = spawn(
		process.execPath,
		[CLI_FILE, "serve", "--gallery", "wikidata", "--port", "0", "--host", "127.0.0.1"],
		{ env: { ...process.env, ...environment } },
	);
	onTestFinished(() => void server.kill("SIGKILL"));
	let output = "";
	for (const stream of [server.stdout, server.stderr]) {
		stream.on("data", (text) => {
			output += text;
		});
	}
	const waitFor = async <T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> => {
		for (;;) {
			const found = await find();
			if (found !== undefined) return found;
			if (server.exitCode !== null) throw new Error(`The server ended: ${output}`);
			await delay(50);
		}
	};
	const port = await waitFor(() => /http:\/\/localhost:(\d+)/.exec(output)?.[1]);
	const status = async (): Promise<Status> =>
		(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as Status;
	return { server, status, waitFor, output: () => output };
}

describe("serve --gallery wikidata", () => {
	it("answers with the starter gallery, says how far the other is, takes it over, and has it after a restart", async () => {
		const engine = await chooseFaceEngine();
		const world = await smallWorld(await cutPortraits(engine));
		await engine.close();
		const wikimedia = await startStandIn(world, { delaysMs: { media: 400 } });
		onTestFinished(() => wikimedia.close());
		const environment = {
			...wikimedia.environment,
			GALLERIES_FOLDER: await temporaryFolder(),
			WIKIDATA_PEOPLE: "8",
		};

		const first = await startServer(environment);
		const atOnce = await first.waitFor(async () => {
			const now = await first.status();
			return now.gallery && now;
		});
		expect(atOnce.gallery?.name).toBe("starter");
		const building = await first.waitFor(async () => (await first.status()).building);
		expect(building).toMatchObject({ limit: 8, numPeople: expect.any(Number) });
		await first.waitFor(async () => ((await first.status()).gallery?.name === "Wikidata" ? true : undefined));
		expect((await first.status()).gallery).toMatchObject({ numPeople: 8 });
		expect(first.output()).toMatch(/Fetching the gallery: people \d\/8, .* left/);
		await first.waitFor(async () => ((await first.status()).building ? undefined : true));
		first.server.kill("SIGTERM");

		const { sparql } = wikimedia.counts;
		const second = await startServer(environment);
		const again = await second.waitFor(async () => (await second.status()).gallery);
		expect(again.name).toBe("Wikidata");
		expect(wikimedia.counts.sparql).toBe(sparql);
	});

	it("does not start without a contact for Wikimedia", async () => {
		const environment = { GALLERIES_FOLDER: await temporaryFolder(), WIKIMEDIA_CONTACT: "" };
		const ended = await runCli(["serve", "--gallery", "wikidata", "--port", "0"], undefined, environment);
		expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("WIKIMEDIA_CONTACT") });
	});
});
