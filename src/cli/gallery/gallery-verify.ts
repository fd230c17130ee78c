/** `gallery verify`: whether a gallery is whole. */
import type { Command } from "commander";
import { isDatabaseAddress } from "../../database-address.ts";
import type { Check } from "../../gallery/verify/check.ts";
import { verifyGallery } from "../../gallery/verify/verify-gallery.ts";
import { EXIT, printable } from "../command.ts";
import { verifyInDatabase } from "../database/gallery-look.ts";

interface VerifyFlags {
	readonly anyLicence?: boolean;
	readonly json?: true;
}

/** Most problems of one kind that the table names; --json has all. */
const NUM_NAMED = 10;

export function addVerifyCommand(gallery: Command): void {
	gallery
		.command("verify")
		.description("check every file of a gallery; exits with 1 if something is wrong")
		.argument("<gallery>", "the gallery")
		.option("--any-licence", "photos need no licence that lets everybody show them")
		.option("--json", "as one JSON object, with every problem")
		.action(async (place: string, { anyLicence = false, json }: VerifyFlags) => {
			const rules = { isAnyLicenceFine: anyLicence };
			const checks = await (isDatabaseAddress(place)
				? verifyInDatabase(place, rules)
				: verifyGallery(place, rules));
			const isWhole = checks.every(({ problems, isMade }) => isMade && problems.length === 0);
			if (json) console.log(JSON.stringify({ gallery: place, isWhole, checks }));
			else
				console.log(
					[...checks.map(toLines), isWhole ? `${place} is whole.` : `${place} is NOT whole.`].join("\n"),
				);
			if (!isWhole) process.exitCode = EXIT.failed;
		});
}

function toLines({ name, detail, problems, isMade }: Check): string {
	const state = !isMade ? "not checked" : problems.length > 0 ? "WRONG" : "ok";
	const numMore = problems.length - NUM_NAMED;
	return [
		`${name.padEnd(12)}${state.padEnd(13)}${detail}`.trimEnd(),
		...problems.slice(0, NUM_NAMED).map((problem) => `  ${printable(problem)}`),
		...(numMore > 0 ? [`  and ${numMore} more`] : []),
	].join("\n");
}
