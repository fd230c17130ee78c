/** What is told of a database that can't be asked. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AppError } from "../../src/errors.ts";
import { Database } from "../../src/postgres/connection/database.ts";
import { explainFailure } from "../../src/postgres/connection/database-errors.ts";
import { readDatabaseGallery } from "../../src/postgres/read-gallery.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

describe("a database that can't be asked", () => {
	const failureAt = async (url: string, timeoutMs = 60_000) => {
		const database = Database.at(url, { timeoutMs });
		const failure = await readDatabaseGallery(database).catch((error: unknown) => error);
		await database.close();
		return failure as AppError;
	};

	it("is told by host and schema, never by user and password", async () => {
		const failure = await failureAt("postgres://visitor:Secret-1@host.invalid/faces?schema=film");
		expect(failure).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
		expect(failure.message).toContain("host.invalid:5432/faces, schema film");
		expect(inspect(failure, { depth: 9 })).not.toContain("Secret-1");
	});

	it("is told where nobody listens", async () => {
		const nobody = createServer().listen(0, "127.0.0.1");
		await once(nobody, "listening");
		const { port } = nobody.address() as AddressInfo;
		nobody.close();
		await once(nobody, "close");
		const failure = await failureAt(`postgres://visitor:Secret-1@127.0.0.1:${port}/faces`);
		expect(failure).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
		expect(inspect(failure, { depth: 9 })).not.toContain("Secret-1");
	});

	it.each([
		["28P01", "the password is wrong or missing", "PGPASSWORD"],
		["28000", "the server does not let this user in", "pg_hba.conf"],
		["3D000", "there is no such database", "createdb"],
		["53300", "all of its connections are taken", "max_connections"],
	])("is told in words where the server refuses with %s", async (code, says, hint) => {
		const failure = await failureAt(`postgres://visitor:Secret-1@127.0.0.1:${await refuseWith(code)}/faces`);
		expect(failure.code).toMatch(/^DATABASE_(REFUSED|UNAVAILABLE)$/);
		expect([failure.message, failure.hint]).toEqual([
			expect.stringContaining(says),
			expect.stringContaining(hint),
		]);
		expect(inspect(failure, { depth: 9 })).not.toContain("Secret-1");
	});

	it("is told where it takes the connection and then says nothing", async () => {
		const port = await listenAndThen((socket) => socket.write(LET_IN));
		const failure = await failureAt(`postgres://visitor:Secret-1@127.0.0.1:${port}/faces`, 100);
		expect(failure).toMatchObject({
			code: "DATABASE_UNAVAILABLE",
			message: expect.stringContaining("does not answer"),
		});
		expect(inspect(failure, { depth: 9 })).not.toContain("Secret-1");
	});

	it("is told, and ends no process, where it shuts down in the moment in which it lets somebody in", async () => {
		const port = await listenAndThen((socket) => socket.end(Buffer.concat([LET_IN, fatal("57P01")])));
		const url = `postgres://visitor:Secret-1@127.0.0.1:${port}/faces`;
		expect(await failureAt(url)).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
		const alone = await Database.at(url).connectAlone();
		// not `once` of node:events, which fails with the error that is told before
		await new Promise((resolve) => alone.once("end", resolve));
	});

	it("is told where the address asks for TLS and the server has none", async () => {
		const port = await refuseWith("unused");
		const failure = await failureAt(`postgres://visitor@127.0.0.1:${port}/faces?sslmode=verify-full`);
		expect(failure).toMatchObject({
			code: "DATABASE_REFUSED",
			message: expect.stringContaining("does not encrypt"),
		});
	});

	it("is told where its certificate is signed by nobody who is known", () => {
		const failure = explainFailure({ code: "SELF_SIGNED_CERT_IN_CHAIN" }, "host:5432/faces");
		expect(failure).toMatchObject({ code: "DATABASE_REFUSED", hint: expect.stringContaining("sslrootcert") });
	});

	it.each([
		["42704", "the database has no extension vector", "CREATE EXTENSION vector"],
		["0A000", "the server has no pgvector", "postgresql-17-pgvector"],
		["42501", "the user may not do that", "docs/postgres.md"],
		["25006", "the server only answers questions", "primary"],
		["53100", "the server's disk is full", "Make room"],
		["40001", "it had to give way to another change", "Try again"],
		["25P04", "its own settings allow", "transaction_timeout"],
		["2BP01", "something else is in the gallery's schema", "a push replaces all of it"],
		["22021", "U+0000", "Take it out"],
		["54000", "the path of a photo is longer", "shorter"],
	])("is told in words where a statement fails with %s", (code, says, hint) => {
		expect(explainFailure({ code }, "host:5432/faces")).toMatchObject({
			message: expect.stringContaining(says),
			hint: expect.stringContaining(hint),
		});
	});

	it("is told where its socket is not there, and where a certificate is not that the address names", async () => {
		const folder = await temporaryFolder();
		expect(await failureAt(`postgres:///faces?host=${folder}`)).toMatchObject({
			code: "DATABASE_UNAVAILABLE",
			message: expect.stringContaining("can't be reached"),
		});
		const nowhere = `${folder}/no.crt`;
		expect(
			await failureAt(`postgres://host.invalid/faces?sslmode=require&sslrootcert=${nowhere}`),
		).toMatchObject({ code: "INVALID_SETTING", hint: expect.stringContaining("sslrootcert") });
	});

	it("is told in words where all of the process's connections are in use", () => {
		const failure = explainFailure(new Error("timeout exceeded when trying to connect"), "host:5432/faces");
		expect(failure).toMatchObject({
			code: "DATABASE_UNAVAILABLE",
			message: expect.stringContaining("connections to it came free"),
			hint: expect.stringContaining("DATABASE_POOL"),
		});
	});

	it("is told apart whether the server's disk is full or the memory that its processes share", () => {
		const message =
			'could not resize shared memory segment "/PostgreSQL.1" to 67128672 bytes: No space left on device';
		expect(explainFailure({ code: "53100", message }, "host:5432/faces")).toMatchObject({
			message: expect.stringContaining("shared memory is full"),
			hint: expect.stringContaining("--shm-size"),
		});
	});
});

const SSL_REQUEST = 80_877_103;

/** AuthenticationOk and ReadyForQuery. */
const LET_IN = Buffer.from([
	...Buffer.from("R"),
	0,
	0,
	0,
	8,
	0,
	0,
	0,
	0,
	...Buffer.from("Z"),
	0,
	0,
	0,
	5,
	73,
]);

/** A server that speaks PostgreSQL's protocol as far as to let nobody in. @returns its port */
function refuseWith(code: string): Promise<number> {
	return listenAndThen((socket) => socket.end(fatal(code)));
}

function fatal(code: string): Buffer {
	const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mrefused\0\0`);
	const head = Buffer.from("E\0\0\0\0", "latin1");
	head.writeInt32BE(fields.length + 4, 1);
	return Buffer.concat([head, fields]);
}

/** @param onStart once a connection has said who it is @returns the port */
async function listenAndThen(onStart: (socket: Socket) => void): Promise<number> {
	const sockets: Socket[] = [];
	const server = createServer((socket) => {
		sockets.push(socket);
		socket.on("error", () => {});
		let hasStarted = false;
		let message: Buffer = Buffer.alloc(0);
		socket.on("data", (piece) => {
			message = Buffer.concat([message, piece]);
			if (message.length < 8) return;
			if (message.readInt32BE(4) === SSL_REQUEST) {
				message = message.subarray(8);
				socket.write("N");
			} else if (!hasStarted) {
				hasStarted = true;
				onStart(socket);
			}
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return (server.address() as AddressInfo).port;
}
