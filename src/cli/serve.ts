/** `serve`: the web page. */
import type { Command } from "commander";
import { addSettingFlags, type Openers, type SettingFlags, settingsOf } from "./command.ts";

interface ServeFlags extends SettingFlags {
	readonly port?: string;
	readonly host?: string;
	readonly contact?: string;
}

export function addServeCommand(program: Command, { serve }: Openers): void {
	addSettingFlags(program.command("serve"))
		.description("start the web page")
		.option("--port <n>", "port to listen on (PORT, 2018)")
		.option("--host <address>", "address to listen on (HOST)")
		.option("--contact <address>", "for --gallery wikidata: how Wikimedia reaches you (WIKIMEDIA_CONTACT)")
		.action(({ port, host, contact, ...flags }: ServeFlags) =>
			serve({ ...settingsOf(flags), PORT: port, HOST: host, WIKIMEDIA_CONTACT: contact }),
		);
}
