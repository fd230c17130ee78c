/** One decoding process, as the server sees it: it is handed a photo, says what it needs, decodes it, or is killed. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Duplex } from "node:stream";
import { AppError } from "../../errors.ts";
import { siblingScript } from "../../sibling-script.ts";
import type { DecodedPhoto, DecodeOptions } from "../decode-photo.ts";
import type { DecodeNeed } from "./memory-need.ts";
import { type DecodeBounds, type Order, PIPE_DESCRIPTOR, type Report, readExactly } from "./messages.ts";

/** JavaScript has next to nothing to hold there: photos and pixels lie outside its heap. */
const HEAP_FLAGS = ["--max-old-space-size=64", "--max-semi-space-size=1"];

type ReportOf<Kind extends Report["kind"]> = Extract<Report, { kind: Kind }>;

export class ChildDecoder {
	readonly #child: ChildProcess;
	readonly #pipe: Duplex;
	/** Resolves once the process can be handed a photo; rejects with DecoderDied. */
	readonly ready: Promise<void>;
	/** Resolves once the process is gone, and all its memory with it. */
	readonly ended: Promise<void>;
	#isAlive = true;
	#isKilled = false;

	/**
	 * @param environment variables of the process
	 * @throws Error where the machine has neither memory nor descriptors for another one
	 */
	constructor(environment: NodeJS.ProcessEnv) {
		const { url, execArgv } = siblingScript("decode-process", import.meta.url);
		this.#child = fork(url, [], {
			execArgv: [...HEAP_FLAGS, ...execArgv],
			stdio: ["ignore", "ignore", "ignore", "ipc", "pipe"],
			// each further arena of glibc's keeps memory of its own
			env: { ...environment, MALLOC_ARENA_MAX: "2" },
		});
		this.#child.on("error", () => {});
		// Node gives a process no pipes for which there were no descriptors left
		const pipe = this.#child.stdio?.[PIPE_DESCRIPTOR];
		if (!pipe) throw new DecoderDied("There are no descriptors left for its pipes.");
		this.#pipe = pipe as Duplex;
		// what breaks the pipe ends the process, and that is what is told
		this.#pipe.on("error", () => {});
		this.ended = new Promise((resolve) => {
			const end = () => {
				this.#isAlive = false;
				resolve();
			};
			this.#child.once("exit", end);
			// it never came to be
			this.#child.once("error", () => this.#child.pid === undefined && end());
		});
		this.ready = this.#expect("ready").then(() => {});
		// whoever uses it is told
		this.ready.catch(() => {});
		// a server that has nothing else to do may end
		this.#child.unref();
		this.#child.channel?.unref();
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	get isAlive(): boolean {
		return this.#isAlive;
	}

	/**
	 * Hands the process a photo; what decoding it will need.
	 * @throws AppError as decodePhoto; DecoderDied
	 */
	async read(bytes: Uint8Array, { maxSidePx, maxPixels }: DecodeOptions): Promise<DecodeNeed> {
		const options = { ...(maxSidePx && { maxSidePx }), ...(maxPixels && { maxPixels }) };
		this.#order({ kind: "read", byteLength: bytes.byteLength, options });
		this.#pipe.write(bytes);
		return (await this.#expect("need")).need;
	}

	/**
	 * Decodes the photo it was handed.
	 * @throws AppError as decodePhoto; PHOTO_TOO_DEMANDING where it takes more than it may; DecoderDied
	 */
	async decode(bounds: DecodeBounds): Promise<DecodedPhoto> {
		this.#order({ kind: "decode", ...bounds });
		const { width, height, fullWidth, fullHeight } = await this.#expect("pixels");
		const data = await this.#whileAlive(readExactly(this.#pipe, width * height * 3)).catch((reason) => {
			// these pixels would pass for the next photo's
			void this.kill();
			throw reason;
		});
		return { width, height, fullWidth, fullHeight, data };
	}

	/** Lets go of the photo it was handed. */
	forget(): void {
		this.#order({ kind: "forget" });
	}

	/** Ends the process, whatever it does; resolves once it is gone. */
	async kill(): Promise<void> {
		this.#isKilled = true;
		this.#child.kill("SIGKILL");
		await this.ended;
	}

	/** Wakes it where somebody has stopped it, which only a deadline would tell; one that runs takes no notice. */
	goOn(): void {
		// Windows has no such signal, and ends the process
		if (process.platform !== "win32") this.#child.kill("SIGCONT");
	}

	#order(order: Order): void {
		this.goOn();
		// a failure to send is seen as the end of the process
		this.#child.send(order, () => {});
	}

	async #expect<Kind extends Report["kind"]>(kind: Kind): Promise<ReportOf<Kind>> {
		const message = once(this.#child, "message") as Promise<[Report]>;
		const [report] = await this.#whileAlive(message);
		if (report.kind === kind) return report as ReportOf<Kind>;
		if (report.kind === "refusal") {
			const { code, message: sentence, hint } = report;
			throw new AppError(code, sentence, hint === undefined ? {} : { hint });
		}
		if (report.kind === "too-much") {
			await this.ended;
			throw tooMuch(report.why);
		}
		throw new Error(`A decoding process failed: ${JSON.stringify(report)}`);
	}

	/** What is awaited, or a failure as soon as the process ends. */
	#whileAlive<T>(awaited: Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			const fail = () => {
				const isByOther = this.#child.signalCode === "SIGKILL" && !this.#isKilled;
				reject(isByOther ? new DecoderKilled() : new DecoderDied());
			};
			if (!this.#isAlive) fail();
			this.#child.once("exit", fail);
			awaited.then(resolve, reject).finally(() => this.#child.off("exit", fail));
		});
	}
}

/** The process ended though nobody here ended it: by the photo's fault, or by somebody else's. */
export class DecoderDied extends Error {
	override readonly name = "DecoderDied";
}

/** Somebody else ended it by force, as Linux does where the memory runs out. */
export class DecoderKilled extends DecoderDied {}

/** The answer to a photo that would take more than it may. */
export function tooMuch(why: string): AppError {
	return new AppError("PHOTO_TOO_DEMANDING", `The photo needs too much to be decoded: ${why}.`, {
		hint: "Save it as a plain JPEG of at most 4,000 pixels a side and try again.",
	});
}
