/** `detect PHOTO...`: where the faces are, and how good they are. */
import type { Command } from "commander";
import { type DescribedPhoto, detectFaces } from "../../pipeline/describe-faces.ts";
import { addSettingFlags, type Openers, printable, type SettingFlags, settingsOf } from "../command.ts";
import { toCsvLine } from "./csv.ts";
import { describeFace } from "./describe-face.ts";
import { answerEach, CSV_OPTION, JSON_OPTION, type OutputFlags } from "./each-photo.ts";
import { findPhotos, readPhoto } from "./find-photos.ts";

const COLUMNS = ["photo", "face", "x", "y", "width", "height", "score", "clarity", "issues", "error"];

export function addDetectCommand(program: Command, { openFaceTools }: Openers): void {
	addSettingFlags(program.command("detect"), { withGallery: false })
		.description("find the faces of each photo: boxes in its upright pixels, and what is wrong with them")
		.argument("<photo...>", "photos, folders or patterns; - for the standard input")
		.addOption(JSON_OPTION)
		.addOption(CSV_OPTION)
		.action(async (names: string[], flags: OutputFlags & SettingFlags) => {
			const photos = await findPhotos(names);
			const tools = await openFaceTools(settingsOf(flags));
			try {
				const each = { label: "detecting", flags, columns: COLUMNS };
				const find = async (photo: string) => detectFaces(await readPhoto(photo), tools);
				await answerEach(photos, each, find, (photo, found) => print(photo, found, flags));
			} finally {
				await tools.engine.close();
			}
		});
}

function print(name: string, { photo, faces }: DescribedPhoto, { json, csv }: OutputFlags): void {
	const { fullWidth: width, fullHeight: height } = photo;
	const rows = faces.map((face, number) => ({ face: number, ...describeFace(face, photo) }));
	if (json) {
		console.log(JSON.stringify({ photo: name, width, height, faces: rows }));
	} else if (csv) {
		for (const { face, box, score, clarity, issues } of rows)
			console.log(
				toCsvLine([name, face, box.x, box.y, box.width, box.height, score, clarity, issues.join(" "), ""]),
			);
	} else {
		const lines = rows.map(({ face, box, score, issues }) => {
			const place = `${box.width.toFixed(0)} x ${box.height.toFixed(0)} at ${box.x.toFixed(0)}, ${box.y.toFixed(0)}`;
			return `  ${face}  ${place}  ${score.toFixed(2)}  ${issues.join(" ")}`.trimEnd();
		});
		console.log([`${printable(name)}: ${width} x ${height}, faces: ${faces.length}`, ...lines].join("\n"));
	}
}
