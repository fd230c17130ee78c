/** The server as whoever runs it meets it: told to stop at any moment, with visitors who don't let go. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { PROJECT_FOLDER } from "../../../src/config/config.ts";
import { CLI_FILE } from "../../helpers/processes/built-cli.ts";

let server: ChildProcess | undefined;
afterEach(() => {
	server?.kill("SIGKILL");
});

/** Starts the server; resolves with its address once it has said `sentence`. */
async function start(sentence: string, settings: Record<string, string> = {}): Promise<string> {
	server = spawn(process.execPath, [CLI_FILE, "serve"], {
		cwd: PROJECT_FOLDER,
		env: { ...process.env, PORT: "0", HOST: "127.0.0.1", ...settings },
	});
	let output = "";
	await new Promise<void>((resolve, reject) => {
		server?.stdout?.on("data", (text) => {
			output += text;
			if (output.includes(sentence)) resolve();
		});
		server?.once("exit", () => reject(new Error(`The server ended: ${output}`)));
	});
	return `http://127.0.0.1:${/localhost:(\d+)/.exec(output)?.[1]}`;
}

async function stop(): Promise<{ code: number | null; ms: number }> {
	const before = performance.now();
	const exited = once(server as ChildProcess, "exit");
	server?.kill("SIGTERM");
	const [code] = await exited;
	return { code, ms: performance.now() - before };
}

it("heeds a stop while it loads its models", async () => {
	await start("Listening on");
	expect((await stop()).code).toBe(0);
});

it("heeds a stop while its gallery is on its way", async () => {
	const silent = createServer().listen(0, "127.0.0.1");
	onTestFinished(() => void silent.close());
	await once(silent, "listening");
	const { port } = silent.address() as AddressInfo;
	server = spawn(process.execPath, [CLI_FILE, "serve"], {
		cwd: PROJECT_FOLDER,
		env: {
			...process.env,
			PORT: "0",
			GALLERY: `postgres://127.0.0.1:${port}/faces`,
			DATABASE_TIMEOUT_S: "600",
		},
	});
	// a database that says nothing
	await once(silent, "connection");
	expect((await stop()).code).toBe(0);
});

/** For every process and thread of a server: nothing of onnxruntime can be loaded. */
const WITHOUT_ONNX = `--import=data:text/javascript,${encodeURIComponent(`
	import Module from "node:module";
	const load = Module._load;
	Module._load = (name, ...rest) => {
		if (name.includes("onnxruntime")) throw new Error("There is none.");
		return load.call(Module, name, ...rest);
	};
`)}`;

it("ends where it can't look at photos, though the page was there", async () => {
	server = spawn(process.execPath, [CLI_FILE, "serve"], {
		cwd: PROJECT_FOLDER,
		env: { ...process.env, PORT: "0", HOST: "127.0.0.1", FACE_ENGINE: "onnx", NODE_OPTIONS: WITHOUT_ONNX },
	});
	let output = "";
	server.stderr?.on("data", (text) => {
		output += text;
	});
	expect(await once(server, "exit")).toEqual([1, null]);
	expect(output).toContain("ENGINE_UNAVAILABLE");
});

/** Where seconds are the promise, a machine that is busy with other things may miss it, but not every time. */
const PROMISE_IN_SECONDS = { retry: 2 };

it("says that it is stopping, answers for as long, and then ends", PROMISE_IN_SECONDS, async () => {
	const url = await start("Ready:", { DRAIN_S: "5" });
	const stopped = stop();
	const ask = () => Promise.all([fetch(`${url}/readyz`), fetch(url)]);
	let [ready, page] = await ask();
	while (ready.status === 200) [ready, page] = await ask();
	expect(await ready.json()).toMatchObject({ state: "stopping", engine: { name: expect.any(String) } });
	expect(page.status).toBe(200);
	expect((await stopped).code).toBe(0);
});

it("ends in time for Docker's ten seconds, though an upload does not", PROMISE_IN_SECONDS, async () => {
	const url = await start("Ready:", { DRAIN_S: "0" });
	const socket = connect(Number(new URL(url).port), "127.0.0.1");
	socket.on("error", () => {});
	socket.write(
		"POST /match HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n--x\r\n",
	);
	const drip = setInterval(() => socket.write("x".repeat(10_000)), 500);
	const { code, ms } = await stop();
	clearInterval(drip);
	socket.destroy();
	expect(code).toBe(0);
	// the bound is the promise itself
	expect(ms).toBeLessThan(10_000);
});
