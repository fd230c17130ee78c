/** The PostgreSQL servers that cluster.sh has started in its tree: killed as a machine is that loses its power, and started again. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const DATA = "/var/lib/postgresql";

/** Names as cluster.sh has them. */
export type ServerName = "primary" | "replica";

/** @param tree in which the servers run */
export async function killServer(tree: string, name: ServerName): Promise<void> {
	const [pid] = (await readFile(path.join(tree, DATA, name, "postmaster.pid"), "utf8")).split("\n");
	process.kill(Number(pid), "SIGKILL");
}

/** With the settings with which it ran before. @param tree as killServer has it */
export async function restartServer(tree: string, name: ServerName): Promise<void> {
	const control = [
		"/usr/lib/postgresql/17/bin/pg_ctl",
		"-D",
		`${DATA}/${name}`,
		"-l",
		`${DATA}/${name}.log`,
		"-w",
	];
	const asOwner = [tree, "runuser", "-u", "postgres", "--", "env", "-u", "DATABASE_URL", "LC_ALL=C.UTF-8"];
	await promisify(execFile)("chroot", [...asOwner, ...control, "restart"]);
}
