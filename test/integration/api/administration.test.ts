import { expect, it } from "vitest";
import { createFileGallery } from "../../helpers/galleries/administered-galleries.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { describeAdministration } from "./administration.cases.ts";

describeAdministration("a file", createFileGallery);

it("refuses to start with administration and no keys", async () => {
	const { code, stderr } = await runCli(["serve"], undefined, { ADMINISTRATION: "on", PORT: "0" });
	expect(code).toBe(1);
	expect(stderr).toContain("API_KEYS_FILE");
});
