/** Watching a folder with all that is in it, where folders come and go at any moment. */
import { type FSWatcher, readdirSync, watch } from "node:fs";
import path from "node:path";

/**
 * Node's own recursive watch ends the process, uncaught, where a folder is gone again before it has been looked into
 * (`fs.watch` on Linux, Node 20).
 * @returns ends it
 */
export function watchTree(root: string, onChange: () => void): () => void {
	const watchers = new Map<string, FSWatcher>();
	const leave = (folder: string) => {
		watchers.get(folder)?.close();
		watchers.delete(folder);
	};
	const enter = (folder: string) => {
		let folders: string[];
		try {
			folders = readdirSync(folder, { withFileTypes: true })
				.filter((entry) => entry.isDirectory())
				.map(({ name }) => path.join(folder, name));
			if (!watchers.has(folder)) watchers.set(folder, watchOne(folder));
		} catch {
			// a file, or gone meanwhile
			leave(folder);
			return;
		}
		for (const inner of folders) enter(inner);
	};
	const watchOne = (folder: string) =>
		watch(folder, (_, name) => {
			onChange();
			if (name !== null) enter(path.join(folder, name));
		}).on("error", () => leave(folder));
	enter(root);
	return () => {
		for (const watcher of watchers.values()) watcher.close();
		watchers.clear();
	};
}
