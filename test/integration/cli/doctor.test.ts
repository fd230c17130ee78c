import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { expect, it } from "vitest";
import { changeKeys, createKey } from "../../../src/keys/key-file.ts";
import { runCli } from "../../helpers/processes/run-cli.ts";
import { startRealApp } from "../../helpers/servers/real-app.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

it("the doctor finds all well, or says what is wrong and what to do", async () => {
	const well = await runCli(["doctor"], undefined, { PORT: "0", HOST: "127.0.0.1" });
	expect(well.stdout).toMatch(/^ok +engine +\S+/m);
	expect(well.stdout).toMatch(/^ok +gallery +\d+ people/m);
	expect(well.stdout).toMatch(/^ok +keys +everybody/m);
	expect(well).toMatchObject({ code: 0 });

	const taken = createServer().listen(0, "127.0.0.1");
	await new Promise((resolve) => taken.once("listening", resolve));
	const PORT = `${(taken.address() as AddressInfo).port}`;
	const args = ["doctor", "--json", "--gallery", "nowhere.gallery"];
	const API_KEYS_FILE = path.join(await temporaryFolder(), "keys.json");
	await changeKeys(API_KEYS_FILE, { purpose: "test" }, () => [createKey("shop", {}, "2026-11-28").known]);
	const keys = { API_KEYS_FILE, ADMINISTRATION: "on" };
	const ill = await runCli(args, undefined, { PORT, HOST: "127.0.0.1", ...keys });
	taken.close();
	expect(ill.code).toBe(1);
	const { isWell, findings } = JSON.parse(ill.stdout);
	expect(isWell).toBe(false);
	const wrong = findings.filter((finding: { isWell: boolean }) => !finding.isWell);
	expect(wrong.map(({ what }: { what: string }) => what)).toEqual(["gallery", "keys", "port"]);
	expect(wrong[0].says).toContain("gallery build");
	expect(wrong[1].says).toContain("keys add NAME --admin");
	expect(wrong[2].says).toContain("PORT");
});

it("the doctor finds nothing wrong with a port on which the page itself is running", async () => {
	const app = await startRealApp();
	const { port, hostname } = new URL(app.url);
	const { stdout } = await runCli(["doctor"], undefined, { PORT: port, HOST: hostname });
	await app.close();
	expect(stdout).toMatch(/^ok +port +the page is already running there: http:\/\/\S+ \(ready\)$/m);
});
