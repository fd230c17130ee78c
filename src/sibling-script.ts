/** Where the script of a worker thread or process lies, and how Node runs it, from the sources as well as after a build. */

export interface SiblingScript {
	readonly url: URL;
	/** Node's flags for the thread or process. */
	readonly execArgv: string[];
}

/**
 * A script in the folder of the module that asks.
 * @param name without its ending
 * @param moduleUrl `import.meta.url` of that module
 */
export function siblingScript(name: string, moduleUrl: string): SiblingScript {
	const isTypeScript = moduleUrl.endsWith(".ts");
	return {
		url: new URL(`./${name}.${isTypeScript ? "ts" : "js"}`, moduleUrl),
		execArgv: isTypeScript ? ["--import", typeScriptLoader()] : [],
	};
}

/** Lets a worker import the sources as they are, in development and in tests: `--import tsx` ends at its border. */
function typeScriptLoader(): string {
	const api = import.meta.resolve("tsx/esm/api");
	const script = `import { register } from ${JSON.stringify(api)}; register();`;
	return `data:text/javascript,${encodeURIComponent(script)}`;
}
