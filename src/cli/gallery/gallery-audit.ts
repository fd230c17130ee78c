/** `gallery audit`: what is wrong with a gallery, as a table and as a sheet of pictures to look through. */
import { statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { isDatabaseAddress } from "../../database-address.ts";
import { AppError } from "../../errors.ts";
import { writeFileAtomically } from "../../files/atomic-file.ts";
import { auditGallery, type Finding } from "../../gallery/audit/audit-gallery.ts";
import { misfitRuleOf } from "../../gallery/audit/misfit-rule.ts";
import { Gallery } from "../../gallery/gallery.ts";
import { changeGallery, picturesFolderOf, readGallery } from "../../gallery/gallery-store.ts";
import { removeRows } from "../../pipeline/change/remove-rows.ts";
import { samePersonCurve } from "../../resemblance/same-person.ts";
import { count, lockOptions, printable } from "../command.ts";
import { removeFromDatabase } from "../database/gallery-change.ts";
import { withDatabase } from "../database/with-database.ts";

interface AuditFlags {
	readonly sheet?: string;
	readonly photos?: string;
	readonly fix?: true;
	readonly json?: true;
}

export function addAuditCommand(gallery: Command): void {
	gallery
		.command("audit")
		.description(
			"look for photos that are nearer to somebody else, doubles, small faces and faces that everybody resembles; exits with 0 whatever it finds",
		)
		.argument("<gallery>", "the gallery")
		.option("--sheet <html>", "write a page that shows the photos")
		.option("--photos <folder>", "where the photos' sources are, for a gallery without pictures")
		.option("--fix", "remove what is certain")
		.option("--json", "one JSON object per finding")
		.action(async (file: string, flags: AuditFlags) => {
			if (flags.photos !== undefined && !statSync(flags.photos, { throwIfNoEntry: false })?.isDirectory())
				throw new AppError(
					"FILE_NOT_FOUND",
					`Expected a folder of photos at ${flags.photos} but there is none.`,
				);
			const before = isDatabaseAddress(file) ? await pullForAudit(file) : readGallery(file);
			const samePerson = samePersonCurve(before.pipelineVersion);
			const findings = auditGallery(before, misfitRuleOf(samePerson));
			for (const finding of findings)
				console.log(flags.json ? toJson(before, finding) : toLine(before, finding));
			const say = (line: string) => flags.json || console.log(line);
			if (findings.length === 0) say("Nothing to look at.");
			if (flags.sheet) {
				const folder = flags.photos ?? picturesFolderOf(file);
				const sheet = toSheet(before, findings, (row) => {
					const name = flags.photos ? before.source(row) : before.picture(row);
					return name === undefined
						? undefined
						: path.relative(path.dirname(flags.sheet ?? ""), path.join(folder, name));
				});
				await writeFileAtomically(flags.sheet, Buffer.from(sheet));
				const isBlind = findings.length > 0 && !sheet.includes("<img");
				say(`Wrote ${flags.sheet}${isBlind ? ", without pictures: --photos says where the photos are" : ""}`);
			}
			if (!flags.fix) return;
			const sources = new Set(
				findings.filter(({ isCertain }) => isCertain).map(({ row }) => before.source(row)),
			);
			if (isDatabaseAddress(file)) {
				if (sources.size > 0) await removeFromDatabase(file, { photos: [...sources] });
				return;
			}
			// read again, as it may have changed while it was looked at
			await changeGallery(file, lockOptions("gallery audit"), async (now, locked) => {
				const rows = now.rows().filter((row) => sources.has(now.source(row)));
				if (rows.length > 0) await removeRows(file, now, { people: [], rows }, locked);
			});
			console.log(`Removed ${count(sources.size, "photo")}.`);
		});
}

/** Every face is compared with every other one, which is done here and not in the database. */
async function pullForAudit(address: string): Promise<Gallery> {
	const { pullGallery } = await import("../../postgres/pull-gallery.ts");
	const { contents } = await withDatabase(address, (database) => pullGallery(database));
	return Gallery.build(contents);
}

function toJson(gallery: Gallery, { row, other, ...finding }: Finding): string {
	const describe = (photo: number) => ({ source: gallery.source(photo), person: nameOf(gallery, photo) });
	return JSON.stringify({
		...finding,
		photo: describe(row),
		...(other !== undefined && { other: describe(other) }),
	});
}

function toLine(gallery: Gallery, { kind, row, other, detail, isCertain }: Finding): string {
	const nearTo = other === undefined ? "" : ` ~ ${nameOf(gallery, other)} ${gallery.source(other)}`;
	const text = `${nameOf(gallery, row)} ${gallery.source(row)}${nearTo} (${detail})`;
	return (isCertain ? "certain " : "look    ") + kind.padEnd(28) + printable(text);
}

/** @param addressOf a photo's address from the sheet on */
function toSheet(
	gallery: Gallery,
	findings: readonly Finding[],
	addressOf: (row: number) => string | undefined,
): string {
	const figure = (row: number) => {
		const address = addressOf(row);
		const image =
			address === undefined
				? ""
				: `<img loading="lazy" src="${address.split(path.sep).map(encodeURIComponent).join("/")}" alt="">`;
		return `<figure>${image}<figcaption>${escapeHtml(nameOf(gallery, row))}<br><small>${escapeHtml(gallery.source(row))}</small></figcaption></figure>`;
	};
	const ownOthers = (row: number) =>
		gallery
			.rows()
			.filter((other) => other !== row && gallery.index.group(other) === gallery.index.group(row));
	const sections = findings.map(({ kind, row, other, detail, isCertain }) => {
		const shown = [row, ...(other === undefined ? [] : [other]), ...ownOthers(row).slice(0, 3)];
		return `<section><h2>${kind}${isCertain ? " (certain)" : ""}: ${escapeHtml(nameOf(gallery, row))}</h2><p>${escapeHtml(detail)}</p>${[...new Set(shown)].map(figure).join("")}</section>`;
	});
	return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Audit of ${escapeHtml(gallery.name)}</title>
<style>body{font:14px system-ui;margin:1rem}section{border-top:1px solid #ccc;overflow:auto}figure{display:inline-block;margin:.3rem;width:150px;vertical-align:top}img{width:150px;height:150px;object-fit:cover}h2{font-size:1rem;margin:.5rem 0 0}p{margin:.2rem 0}</style>
<p>In each row: the photo, the one it is like, then others of its person.</p>
${sections.join("\n")}
</html>
`;
}

function nameOf(gallery: Gallery, row: number): string {
	return gallery.person(gallery.index.group(row)).name;
}

function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
