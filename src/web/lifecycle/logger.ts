/** The log: one line of JSON an event, or of text where a terminal looks. */
import process from "node:process";
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";

/** Lines that can't be written for now, as the disk is full or nobody reads them, are kept up to here; further ones are lost. */
const MAX_KEPT_BYTES = 100_000;

type LogOutput = Pick<NodeJS.WriteStream, "isTTY" | "write"> & { readonly fd: number };

const HIDDEN = new Set(["level", "time", "msg", "pid", "hostname", "err"]);

/** @param level of the least important lines that are written */
export function createLogger(level: string, output: LogOutput = process.stdout): Logger {
	const formatters = { level: (label: string) => ({ level: label }) };
	const options = { level, timestamp: stdTimeFunctions.isoTime, base: null, formatters };
	return pino(options, output.isTTY ? createReadable(output) : createLines(output));
}

/** They are written at once: what waited for a thread would, where it can't be written, keep the process from its end. */
function createLines({ fd }: LogOutput): DestinationStream {
	const lines = destination({
		dest: fd,
		sync: true,
		maxLength: MAX_KEPT_BYTES,
		// trying again until somebody reads would keep the event loop from everybody
		retryEAGAIN: () => false,
	});
	// the server is there for its visitors, with or without a log
	lines.on("error", () => {});
	return lines;
}

/** `12:30:01 WARN  GET /match 503 12 ms SERVER_BUSY`: time, level, message, then whatever else the line says. */
function createReadable(output: LogOutput): DestinationStream {
	return {
		write: (line) => {
			const event = JSON.parse(line) as Record<string, unknown>;
			const { level, time, msg, err } = event;
			const label = String(level).toUpperCase().padEnd(5);
			const rest = Object.entries(event)
				.filter(([key]) => !HIDDEN.has(key))
				.map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
			const clock = new Date(String(time)).toTimeString().slice(0, 8);
			output.write(`${[clock, label, msg, ...rest].filter(Boolean).join(" ")}\n`);
			if (err && typeof err === "object" && "stack" in err) output.write(`${err.stack}\n`);
		},
	};
}
