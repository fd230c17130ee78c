import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { formatNotices, readNotices } from "../../scripts/packages/notices.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("tells each package once, with one text for all that share it, and none of tools or other systems", async () => {
	const root = await temporaryFolder();
	for (const name of ["a", "b", "tool", "old"]) {
		await mkdir(path.join(root, "node_modules", name), { recursive: true });
		await writeFile(path.join(root, "node_modules", name, "LICENSE"), "Do as you like.\r\n");
	}
	await writeFile(path.join(root, "node_modules/old/package.json"), '{"licenses":[{"type":"BSD"}]}');
	const locked = (name: string) => ({ folder: `node_modules/${name}`, name, version: "1.0.0" });
	const notices = await readNotices(
		[
			{ ...locked("b"), license: "MIT" },
			{ ...locked("a"), license: "MIT" },
			{ ...locked("a"), folder: "node_modules/b/node_modules/a", license: "MIT" },
			{ ...locked("tool"), license: "MIT", dev: true },
			{ ...locked("old") },
			{ ...locked("mac"), license: "LGPL-3.0-or-later", os: ["darwin"] },
		],
		root,
	);
	expect(notices.map(({ name, licence }) => `${name} ${licence}`)).toEqual([
		"a MIT",
		"b MIT",
		"mac LGPL-3.0-or-later",
		"old BSD",
	]);
	const text = formatNotices(notices);
	expect(text.match(/Do as you like\./g)).toHaveLength(1);
	expect(text).toContain("### b 1.0.0, old 1.0.0");
});
