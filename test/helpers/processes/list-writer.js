/**
 * Adds lines to a file that holds a list, one lock each, as a gallery is changed: read, changed, written anew.
 * Says after each that it is there. Arguments: the built module of locks, the file, a name for the lines, how many, how
 * long to think between. JavaScript, as what translates TypeScript takes longer to start than all of this.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const [module, file, name, count, thinkMs] = process.argv.slice(2);
const { withFileLock } = await import(module);
for (let i = 0; i < Number(count); i++) {
	await withFileLock(file, { purpose: `adding ${name}`, patienceMs: 60_000 }, async (locked) => {
		const before = await readFile(file, "utf8").catch(() => "");
		await sleep(Number(thinkMs));
		await locked.replace(Buffer.from(`${before}${name} ${i}\n`));
	});
	process.send?.(`${name} ${i}`);
	// the lock knows no queue: whoever asks again at once gets it again
	await sleep(10);
}
