/** Comma-separated values as RFC 4180 has them. */

/** One line, without its end. */
export function toCsvLine(values: readonly (string | number)[]): string {
	return values.map(toField).join(",");
}

function toField(value: string | number): string {
	const text = String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
