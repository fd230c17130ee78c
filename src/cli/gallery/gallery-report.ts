/** What `gallery build` and `gallery add` say of what they left out, and `gallery remove` of what it took out. */
import { writeFileAtomically } from "../../files/atomic-file.ts";
import type { PhotoList } from "../../gallery/building/photo-list.ts";
import type { BuildReport } from "../../pipeline/build-gallery.ts";
import { count, printable } from "../command.ts";

const NUM_NAMED = 5;

/** Writes all of it, one JSON object a line. @throws AppError FILE_NOT_WRITABLE */
export async function writeReport(file: string, report: BuildReport): Promise<void> {
	const { rejected, leftOut, leftOutPhotos, namesakes } = report;
	const lines = [...rejected, ...leftOut, ...leftOutPhotos, ...namesakes].map(
		(entry) => `${JSON.stringify(entry)}\n`,
	);
	await writeFileAtomically(file, Buffer.from(lines.join("")));
}

/** How many photos were taken, and why others and which people were not. */
export function summarise(report: BuildReport, { emptyFolders, spellings }: PhotoList): string {
	const { numPhotos, numPassedOver, unseen, rejected, leftOut, leftOutPhotos, namesakes } = report;
	const oneOfTwo = [...spellings, ...report.spellings];
	const reasons = groupBy(rejected, ({ code, message }) => {
		return code === "FACE_NOT_GOOD_ENOUGH" ? `${code} (${message.split(": ").at(-1)})` : code;
	});
	const people = groupBy(leftOut, ({ reason }) => reason);
	const peakMb = process.resourceUsage().maxRSS / 1024;
	const lines = [
		`${numPhotos - rejected.length} of ${numPhotos} photos, peak memory ${peakMb.toFixed(0)} MB`,
	];
	if (numPassedOver > 0)
		lines.push(`  passed over ${numPassedOver}: the gallery has photos of the same names already`);
	for (const [reason, photos] of [...reasons].sort(([, a], [, b]) => b.length - a.length)) {
		const isNamed = ["FILE_NOT_FOUND", "SOMEBODY_ELSE", "POOR_LIKENESS"].includes(reason);
		lines.push(
			`  left out ${photos.length}: ${reason}${isNamed ? nameSome(photos.map(({ source }) => source)) : ""}`,
		);
	}
	for (const [reason, photos] of groupBy(leftOutPhotos, ({ reason }) => reason)) {
		lines.push(
			`  photos left out ${photos.length}: ${reason}${nameSome(photos.map(({ source }) => source))}`,
		);
	}
	for (const [reason, persons] of people) {
		lines.push(`  people left out ${persons.length}: ${reason}${nameSome(persons.map(({ name }) => name))}`);
	}
	for (const { name, collections, isJoined } of namesakes) {
		const both = collections.map((names) => names.join(", ") || "none").join(" and ");
		lines.push(`  ${name} in ${both}: ${isJoined ? "one person" : "two people, as their faces differ"}`);
	}
	if (oneOfTwo.length > 0) {
		const each = oneOfTwo.map((names) => names.join(" = "));
		lines.push(`  taken for one person (name them otherwise if they are not):${nameSome(each)}`);
	}
	if (unseen.length > 0) lines.push(`  people without a good photo ${unseen.length}:${nameSome(unseen)}`);
	if (emptyFolders.length > 0) lines.push(`  folders without a photo:${nameSome(emptyFolders)}`);
	return lines.join("\n");
}

function nameSome(names: readonly string[]): string {
	const more = names.length > NUM_NAMED ? `, and ${names.length - NUM_NAMED} more` : "";
	return ` ${names.slice(0, NUM_NAMED).map(printable).join(", ")}${more}`;
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
	return groups;
}

/** What has become of those whom a command took out. */
export function describeRemoval(numPhotos: number): string {
	return `Removed ${count(numPhotos, "photo")}, kept out of all that is built, added or fetched for this gallery later.`;
}
