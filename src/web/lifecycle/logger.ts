/** The log: one line of JSON an event, or of text where a terminal looks. */
import process from "node:process";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

const HIDDEN = new Set(["level", "time", "msg", "pid", "hostname", "err"]);

/** @param level of the least important lines that are written */
export function createLogger(level: string, output: NodeJS.WriteStream = process.stdout): Logger {
	const formatters = { level: (label: string) => ({ level: label }) };
	const options = { level, timestamp: stdTimeFunctions.isoTime, base: null, formatters };
	return output.isTTY ? pino(options, createReadable(output)) : pino(options);
}

/** `12:30:01 WARN  GET /match 503 12 ms SERVER_BUSY`: time, level, message, then whatever else the line says. */
function createReadable(output: NodeJS.WriteStream): DestinationStream {
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
