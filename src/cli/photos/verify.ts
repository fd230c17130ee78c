/** `verify A B`: whether two photos may show one person. */
import type { Command } from "commander";
import { AppError } from "../../errors.ts";
import { misfitRuleOf } from "../../gallery/audit/misfit-rule.ts";
import { comparePhotos } from "../../pipeline/compare-photos.ts";
import { samePersonCurve } from "../../resemblance/same-person.ts";
import { addSettingFlags, type Openers, type SettingFlags, settingsOf } from "../command.ts";
import { readPhoto } from "./find-photos.ts";

export function addVerifyCommand(program: Command, { openLookalikeTools }: Openers): void {
	addSettingFlags(program.command("verify"))
		.description("say how alike the main faces of two photos are, and whether they may be one person's")
		.argument("<first>", "a photo; - for the standard input")
		.argument("<second>", "another photo")
		.option("--json", "print one JSON object")
		.action(async (first: string, second: string, { json, ...flags }: SettingFlags & { json?: true }) => {
			const files = [await readPhoto(first), await readPhoto(second)];
			const tools = await openLookalikeTools(settingsOf(flags));
			try {
				const { pairs } = await comparePhotos(files, tools, { maxComparedFaces: 1 });
				const [pair] = pairs;
				if (!pair) throw new AppError("NO_FACE_FOUND", "Expected a face in each photo.");
				const { similarity, resemblance } = pair;
				const { doubtful: threshold } = misfitRuleOf(samePersonCurve(tools.model.pipelineVersion));
				const isSamePerson = similarity >= threshold;
				const { words, strangersBelow } = resemblance;
				if (json) {
					const photo = [first, second];
					console.log(JSON.stringify({ photo, isSamePerson, similarity, threshold, words, strangersBelow }));
				} else {
					console.log(isSamePerson ? "May be one person." : "Two people.");
					console.log(
						`  ${words}  cosine ${similarity.toFixed(4)} (one person from ${threshold.toFixed(4)} on)`,
					);
				}
			} finally {
				await tools.engine.close();
			}
		});
}
