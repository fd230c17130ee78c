/** Cells and tables of the report. */

export function ratio(theirs: number | null, ours: number | null): string {
	if (ours === null) return "not reached by ours";
	return theirs === null ? "not reached" : `${(theirs / ours).toFixed(1)} x`;
}

export function show(value: number | null, digits = 0): string {
	return value === null
		? ""
		: value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
