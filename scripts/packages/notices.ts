/** Whose work the program is made of, and on which terms: one text from the lock file and the licences in node_modules. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { LockedPackage } from "./lock-file.ts";

export interface Notice {
	readonly name: string;
	readonly version: string;
	readonly licence: string;
	/** The package's own licence file, if it has one. */
	readonly text: string | undefined;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
/** Oldest way to name licences; two of our packages still use it. */
const oldManifest = z.object({ licenses: z.array(z.object({ type: z.string() })).optional() });

/** Notices of all packages that a running program may load; those of other systems have no text, being not installed. */
export async function readNotices(packages: readonly LockedPackage[], root = "."): Promise<Notice[]> {
	const used = packages.filter(({ dev }) => !dev);
	const notices = await Promise.all(
		used.map(async ({ folder, name, version = "", license, os, cpu }) => ({
			name,
			version,
			licence: license ?? (await readOldLicence(path.join(root, folder))),
			// only of what is the same on all systems, so that the text is too
			text: os || cpu ? undefined : await readText(path.join(root, folder)),
		})),
	);
	// a package may lie in several folders
	const unique = new Map(notices.map((notice) => [`${notice.name} ${notice.version}`, notice]));
	return [...unique.values()].sort((a, b) => compare(`${a.name} ${a.version}`, `${b.name} ${b.version}`));
}

/** The file THIRD-PARTY.md. */
export function formatNotices(notices: readonly Notice[]): string {
	const rows = notices.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
	const byText = new Map<string, Notice[]>();
	for (const notice of notices) {
		if (notice.text !== undefined) byText.set(notice.text, [...(byText.get(notice.text) ?? []), notice]);
	}
	const texts = [...byText].map(([text, owners]) => {
		const names = owners.map(({ name, version }) => `${name} ${version}`).join(", ");
		return `### ${names}\n\n\`\`\`\`text\n${text}\n\`\`\`\`\n`;
	});
	return `# Third-party software

Written by \`npm run build:notices\` from package-lock.json; do not edit. The program itself is under the MIT licence, see LICENSE.

**libvips** and the libraries in it come in sharp's package for each system (\`@img/sharp-libvips-*\`, \`@img/sharp-win32-*\`), some of them under the LGPL 3 or later. They are separate shared libraries, loaded when the program runs, and may be replaced by changed ones: build libvips, then sharp from source with \`SHARP_FORCE_GLOBAL_LIBVIPS=1\`. Their sources and the recipe they are built with: https://github.com/lovell/sharp-libvips. The list of them with their licences is in each package's README. The texts of the LGPL and of the GPL that it refers to: licenses/LGPL-3.0.txt, licenses/GPL-3.0.txt.

**h5wasm** contains the HDF5 library; its licence, below, asks that NIST be acknowledged as the source of the software. It reads FaceNet's published weights.

**The nets' weights** are listed with their sources and terms in models/manifest.json and docs/facenet.md.

| package | version | licence |
| --- | --- | --- |
${rows.join("\n")}

## Texts

${texts.join("\n")}`;
}

async function readText(folder: string): Promise<string | undefined> {
	const names = (await readdir(folder).catch(() => []))
		.filter((name) => LICENCE_FILE.test(name))
		.sort(compare);
	if (names.length === 0) return undefined;
	const texts = await Promise.all(
		names.map((name) => readFile(path.join(folder, name), "utf8").catch(() => "")),
	);
	return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}

async function readOldLicence(folder: string): Promise<string> {
	const text = await readFile(path.join(folder, "package.json"), "utf8").catch(() => "{}");
	return oldManifest.parse(JSON.parse(text)).licenses?.[0]?.type ?? "not named";
}

function compare(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}
