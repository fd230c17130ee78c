/**
 * Every example of README.md and docs/ is run: here, or in the test that is named for it. What can't be, says why. An
 * example that is not listed fails, so that nobody adds one that nobody runs.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROJECT_FOLDER } from "../../src/config/config.ts";
import { readPortrait } from "../helpers/cut-faces.ts";
import { CLI_FILE } from "../helpers/processes/built-cli.ts";
import { samplePhotoFile } from "../helpers/sample-photos.ts";

const run = promisify(execFile);

interface Example {
	readonly file: string;
	readonly language: string;
	readonly code: string;
}

/** How a block of code is run, by something that only it says: here, in another test, or not and why. */
interface Rule {
	readonly file: string;
	readonly says: string;
	readonly by: "here" | `test/${string}` | { readonly why: string };
}

const RULES: readonly Rule[] = [
	{
		file: "README.md",
		says: "./init.sh test",
		by: { why: "it is what CI runs in a clean clone; test/init/init.test.ts has its mistakes" },
	},
	{ file: "README.md", says: "npx celebrity-faces gallery build", by: "here" },
	{ file: "README.md", says: "load -> decode", by: { why: "it is a picture" } },
	{ file: "README.md", says: "celebrity-faces match me.jpg --exact", by: "here" },
	{ file: "README.md", says: "curl -F photo=@me.jpg", by: "test/integration/api/api-examples.test.ts" },
	...["-F k=3", "--data-binary", "base64 -w 0", "-F fuse=1", "keys add office", "cat office.key"].map(
		(says): Rule => ({ file: "docs/api.md", says, by: "test/integration/api/api-examples.test.ts" }),
	),
	{ file: "docs/api.md", says: "keys add shop", by: "here" },
	{ file: "docs/api.md", says: "FacesClient", by: "test/integration/api/api-examples.test.ts" },
	{ file: "docs/api.md", says: "urllib", by: "test/integration/api/api-examples.test.ts" },
	{ file: "docs/package.md", says: "findLookalikes", by: "test/integration/package.test.ts" },
	{ file: "docs/package.md", says: "comparePhotos", by: "test/integration/package.test.ts" },
	...['"euclidean"', "SearchIndex.build(", "buildInWorker("].map(
		(says): Rule => ({ file: "docs/search-api.md", says, by: "test/packages/search-package.test.ts" }),
	),
	{ file: "docs/faces.md", says: "find lfw", by: "here" },
	{ file: "docs/gallery.md", says: "numpy.save", by: "here" },
	{ file: "docs/gallery.md", says: "gallery fetch", by: "test/integration/cli/gallery-fetch.test.ts" },
	{ file: "docs/postgres.md", says: "gallery push", by: "test/postgres/postgres.test.ts" },
	{ file: "docs/facenet.md", says: "models fetch", by: "test/integration/faces/facenet-path.test.ts" },
	{
		file: "docs/facenet.md",
		says: "npm run check:facenet",
		by: { why: "its photos are not part of the repository" },
	},
	{ file: "docs/postgres.md", says: "gallery build", by: "test/postgres/building.cases.ts" },
	{ file: "docs/postgres.md", says: "or match, report, doctor", by: "test/postgres/postgres.test.ts" },
	{
		file: "docs/postgres.md",
		says: "DATABASE_WRITER=",
		by: "test/integration/api/administration-database.test.ts",
	},
	{ file: "docs/postgres.md", says: "CREATE ROLE", by: "test/postgres/postgres.test.ts" },
	{
		file: "docs/postgres.md",
		says: "npm run postgres:debian",
		by: { why: "it makes a Debian tree, as root" },
	},
	{ file: "docs/deploy.md", says: "./init.sh service", by: { why: "it installs a service, as root" } },
	{ file: "docs/deploy.md", says: "docker compose", by: { why: "it wants Docker" } },
	{ file: "docs/deploy.md", says: "reverse_proxy 127.0.0.1:2018", by: { why: "it is Caddy's" } },
	{ file: "docs/deploy.md", says: "redir /faces", by: { why: "it is Caddy's" } },
	{ file: "docs/deploy.md", says: "ssl_certificate", by: { why: "it is nginx's" } },
	{ file: "docs/deploy.md", says: "location = /faces", by: { why: "it is nginx's" } },
];

/** Lines of those that are run here which are not. */
const SKIPPED_LINES: readonly { readonly line: RegExp; readonly why: string }[] = [
	{ line: /celebrity-faces serve|^GALLERY=\S+ \.\/init\.sh/, why: "test/browser/real-server.test.ts serves" },
	{
		line: /gallery fetch/,
		why: "it asks Wikimedia; test/integration/cli/gallery-fetch.test.ts asks a stand-in",
	},
	{ line: /models fetch/, why: "it asks GitHub; test/nets/facenet/fetch-facenet.test.ts asks a stand-in" },
	{ line: /celebrity-faces evaluate/, why: "it is a measurement" },
	{ line: /curl/, why: "test/web/api/access.test.ts asks with a key" },
];

/** Makes a new gallery of a name that the lines before have used. */
const BUILDS = /gallery build .*-o (\S+)/;

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), "celebrity-faces-"));
	const bin = path.join(folder, "bin");
	await mkdir(bin);
	const program = path.join(bin, "celebrity-faces");
	await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${CLI_FILE}" "$@"\n`, { mode: 0o755 });
	await writeFile(path.join(bin, "npx"), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
	env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, PORT: "0", HOST: "127.0.0.1" };
});
afterAll(() => rm(folder, { recursive: true }));

async function readExamples(): Promise<Example[]> {
	const docs = (await readdir(path.join(PROJECT_FOLDER, "docs"))).filter((name) => name.endsWith(".md"));
	const files = ["README.md", ...docs.map((name) => `docs/${name}`)];
	const texts = await Promise.all(files.map((file) => readFile(path.join(PROJECT_FOLDER, file), "utf8")));
	return files.flatMap((file, i) =>
		[...(texts[i] as string).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
			file,
			language: language as string,
			code: code as string,
		})),
	);
}

const rulesOf = ({ file, code }: Example) =>
	RULES.filter((rule) => rule.file === file && code.includes(rule.says));

/** A folder with all that the examples name. */
async function makePlace(name: string): Promise<string> {
	const place = path.join(folder, name);
	const portrait = await readPortrait();
	await mkdir(place);
	for (const photo of ["me.jpg", "me-1.jpg", "me-2.jpg"]) await writeFile(path.join(place, photo), portrait);
	await symlink(samplePhotoFile(3), path.join(place, "you.jpg"));
	for (const photo of ["photos/Grace Kelly/1.jpg", "more/Ann Lee/1.jpg", "lfw/Ann_Lee/1.jpg"]) {
		await mkdir(path.join(place, path.dirname(photo)), { recursive: true });
		await writeFile(path.join(place, photo), portrait);
	}
	await writeFile(
		path.join(place, "people.csv"),
		"photo,name,wikipedia,collection\nme.jpg,Grace Kelly,Grace Kelly,film\n",
	);
	return place;
}

/** Runs the lines of a shell's example one after the other; each must end well. */
async function runLines(code: string, place: string): Promise<void> {
	for (const line of code.trim().split("\n")) {
		if (SKIPPED_LINES.some((skipped) => skipped.line.test(line))) continue;
		const [, built] = BUILDS.exec(line) ?? [];
		if (built !== undefined) await rm(path.join(place, built), { recursive: true, force: true });
		await run("bash", ["-c", line], { cwd: place, env }).catch((error: { stderr?: string }) => {
			throw new Error(`${line}\n${error.stderr}`, { cause: error });
		});
	}
}

it("each example is listed once, and the tests that run it are there", async () => {
	const examples = await readExamples();
	for (const example of examples) expect(rulesOf(example), example.code).toHaveLength(1);
	for (const rule of RULES) {
		expect(
			examples.filter((example) => rulesOf(example).includes(rule)),
			rule.says,
		).toHaveLength(1);
		if (typeof rule.by !== "string" || rule.by === "here") continue;
		await readFile(path.join(PROJECT_FOLDER, rule.by));
	}
});

describe("an example runs as it stands there:", () => {
	it.each(RULES.filter(({ by, file }) => by === "here" && file !== "docs/gallery.md"))(
		"$file: $says",
		async ({ file, says }) => {
			const example = (await readExamples()).find((one) => one.file === file && one.code.includes(says));
			await runLines(example?.code ?? "", await makePlace(says.replaceAll(/\W+/g, "-")));
		},
	);

	it("docs/gallery.md: numpy.save, and what it wrote becomes a gallery", async ({ skip }) => {
		const hasNumpy = await run("python3", ["-c", "import numpy"]).catch(() => undefined);
		if (!hasNumpy) skip("numpy is not installed here");
		const example = (await readExamples()).find(({ code }) => code.includes("numpy.save"));
		const place = await makePlace("numpy");
		const before =
			'import numpy\nembeddings = numpy.eye(2, 512, dtype="float32") * 3\nphotos = [("Ann Lee", "1.jpg"), ("Bea", "2.jpg")]\n';
		await writeFile(path.join(place, "example.py"), before + example?.code);
		await run("python3", ["example.py"], { cwd: place });
		await runLines(
			"celebrity-faces gallery import faces.npy -o my.gallery --pipeline-version of-theirs-1",
			place,
		);
	});
});
