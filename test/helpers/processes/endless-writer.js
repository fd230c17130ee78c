/**
 * Writes the same file over and over, filled with another byte each time, until it is killed. Arguments: the built
 * module of whole files, the file. JavaScript, as what translates TypeScript takes longer to start than all of this.
 */
const [module, file] = process.argv.slice(2);
const { writeFileAtomically } = await import(module);
for (let fill = 2; ; fill = (fill % 250) + 1) {
	if (fill === 3) process.send?.("started");
	await writeFileAtomically(file, Buffer.alloc(4_000_000, fill));
}
