/** `models fetch` and `models list`: embedding models that do not come with the packages. */
import { Argument, type Command, InvalidArgumentError } from "commander";
import { readConfig } from "../config/config.ts";
import { embeddingModel } from "../nets/embedding-models.ts";
import {
	type FacenetDownload,
	type FacenetName,
	readConverted,
	readDownloads,
} from "../nets/facenet/facenet-store.ts";
import { Progress } from "./progress.ts";

interface FetchFlags {
	readonly from?: string;
	readonly url?: string;
	readonly sha256?: string;
	readonly folder?: string;
}

const BYTES_PER_MEGABYTE = 1_000_000;

export function addModelsCommands(program: Command): void {
	const models = program.command("models").description("fetch embedding models beyond face-api's");
	addFetchCommand(models);
	addListCommand(models);
}

function addFetchCommand(models: Command): void {
	models
		.command("fetch")
		.description(
			"download a model's weights, check them and convert them; interrupted, it goes on where it was",
		)
		.addArgument(new Argument("<model>", "which model").choices(["facenet", "facenet512"]))
		.option("--from <file>", "take the weight file (.h5) from here instead of downloading it")
		.option("--url <address>", "download it from here instead")
		.option(
			"--sha256 <hex>",
			"the checksum that the file must have, instead of the published one",
			parseSha256,
		)
		.option("--folder <folder>", "where models lie (MODELS_FOLDER)")
		.action(async (name: FacenetName, { folder, ...flags }: FetchFlags) => {
			// loaded only here: its reader of weight files is a library in WebAssembly that no other command needs
			const { fetchFacenet } = await import("../nets/facenet/fetch-facenet.ts");
			const progress = new Progress("megabytes");
			const { file, sourceSha256, isNew } = await fetchFacenet(await downloadOf(name), {
				...flags,
				folder: modelsFolder(folder),
				dimension: embeddingModel(name).dimension,
				onNotice: (notice) => {
					progress.end();
					console.error(notice);
				},
				onProgress: ({ receivedBytes, totalBytes }) => {
					if (totalBytes === undefined) return;
					progress.update(toMegabytes(receivedBytes), toMegabytes(totalBytes));
				},
			});
			progress.end();
			console.log(`${name} is ${isNew ? "ready" : "there already"}: ${file}`);
			console.log(`Its weights have the SHA-256 ${sourceSha256}. Use it with EMBEDDING_MODEL=${name}.`);
		});
}

function addListCommand(models: Command): void {
	models
		.command("list")
		.description("say which models can be fetched and which are there")
		.option("--folder <folder>", "where models lie (MODELS_FOLDER)")
		.action(async ({ folder }: Pick<FetchFlags, "folder">) => {
			for (const { name, what, source, licence } of await readDownloads()) {
				const converted = await readConverted(modelsFolder(folder), name);
				const state = converted ? `fetched, weights ${converted.sourceSha256}` : "not fetched";
				console.log(`${name}: ${what}\n  ${state}\n  ${source} (${licence})`);
			}
		});
}

function modelsFolder(flag: string | undefined): string {
	return readConfig({ MODELS_FOLDER: flag }).modelsFolder;
}

async function downloadOf(name: FacenetName): Promise<FacenetDownload> {
	const entry = (await readDownloads()).find((download) => download.name === name);
	if (!entry) throw new RangeError(`Expected models/manifest.json to list "${name}" but it does not.`);
	return entry;
}

function parseSha256(text: string): string {
	if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
	throw new InvalidArgumentError("Expected 64 hexadecimal digits.");
}

function toMegabytes(bytes: number): number {
	return Math.round(bytes / BYTES_PER_MEGABYTE);
}
