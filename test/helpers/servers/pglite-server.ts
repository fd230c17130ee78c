/**
 * PostgreSQL with pgvector, compiled to WebAssembly, behind PostgreSQL's wire protocol. @electric-sql/pglite-socket does
 * the same but for COPY FROM STDIN, and it lets messages of several connections mix; here a connection's messages up to
 * the answer that it waits for go in as one.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";

const SSL_REQUEST = 80_877_103;
/** Type of the message that ends an answer, and what it says where no transaction is open. */
const [READY_FOR_QUERY, IDLE] = ["Z", "I"].map((letter) => letter.charCodeAt(0));
const COPY_FROM = /^\s*COPY\s[^;]*FROM\s+STDIN/i;

/** Fails with lock_not_available. */
const NOT_AVAILABLE = encodeMessage(
	"Q",
	Buffer.from("DO $$ BEGIN RAISE EXCEPTION 'held' USING ERRCODE = '55P03'; END $$\0"),
);

export interface PgliteServer {
	readonly port: number;
	readonly db: PGlite;
	/** Cuts all connections, and takes none until `comeBack`. */
	goAway(): Promise<void>;
	comeBack(): Promise<void>;
	/** Refuses rows that are asked for FOR UPDATE, as a server does where somebody holds them for longer than is waited. */
	refuseLocks(use: () => Promise<void>): Promise<void>;
	stop(): Promise<void>;
}

export async function startPglite(): Promise<PgliteServer> {
	const db = await PGlite.create({ extensions: { vector } });
	const connections = new Set<Connection>();
	const turns = new Turns(db);
	const listen = async (port: number): Promise<Server> => {
		const server = createServer((socket) => {
			const connection = new Connection(socket, turns, connections);
			connections.add(connection);
			socket.on("close", () => connections.delete(connection));
		});
		server.listen(port, "127.0.0.1");
		await once(server, "listening");
		return server;
	};
	let server = await listen(0);
	const { port } = server.address() as AddressInfo;
	const goAway = async () => {
		const closed = once(server, "close");
		server.close();
		for (const { socket } of connections) socket.destroy();
		await closed;
	};
	return {
		port,
		db,
		goAway,
		comeBack: async () => {
			server = await listen(port);
		},
		refuseLocks: async (use) => {
			turns.refusesLocks = true;
			await use().finally(() => {
				turns.refusesLocks = false;
			});
		},
		stop: async () => {
			if (server.listening) await goAway();
			await turns.idle();
			await db.close();
		},
	};
}

/** Who may talk to the one session that all connections share: in turn, and alone while a transaction is open. */
class Turns {
	refusesLocks = false;
	readonly #db: PGlite;
	#owner: Connection | undefined;
	#waiting: { from: Connection; run: () => Promise<void> }[] = [];
	#isRunning = false;
	#running: Promise<void> = Promise.resolve();

	constructor(db: PGlite) {
		this.#db = db;
	}

	/** @param messages a whole question @returns the answer */
	ask(from: Connection, messages: Buffer): Promise<Buffer> {
		return this.#inTurn(from, async () => {
			const pieces: Buffer[] = [];
			const onRawData = (data: Uint8Array) => pieces.push(Buffer.from(data));
			const question = this.refusesLocks && messages.includes("FOR UPDATE") ? NOT_AVAILABLE : messages;
			await this.#db.runExclusive(() => this.#db.execProtocolRawStream(question, { onRawData }));
			const answer = Buffer.concat(pieces);
			// a transaction that has failed is still one, until it is rolled back
			const ready = [...messagesOf(answer)].findLast((message) => message[0] === READY_FOR_QUERY);
			if (ready) this.#owner = ready[5] === IDLE ? undefined : from;
			return answer;
		});
	}

	/** What the end of a connection undoes. */
	async leave(from: Connection): Promise<void> {
		this.#waiting = this.#waiting.filter((one) => one.from !== from);
		if (this.#owner !== from) return;
		await this.#inTurn(from, async () => {
			await this.#db.exec("ROLLBACK");
			this.#owner = undefined;
		});
	}

	async idle(): Promise<void> {
		while (this.#isRunning) await this.#running;
	}

	#inTurn<T>(from: Connection, work: () => Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			const run = () => work().then(resolve, reject);
			this.#waiting.push({ from, run });
			if (this.#isRunning) return;
			this.#isRunning = true;
			this.#running = this.#run();
		});
	}

	async #run(): Promise<void> {
		for (;;) {
			const at = this.#waiting.findIndex(({ from }) => this.#owner === undefined || this.#owner === from);
			if (at < 0) break;
			const [next] = this.#waiting.splice(at, 1);
			await next!.run();
		}
		this.#isRunning = false;
	}
}

class Connection {
	readonly socket: Socket;
	readonly #turns: Turns;
	readonly #all: ReadonlySet<Connection>;
	readonly #channels = new Set<string>();
	#hasStarted = false;
	#rest: Buffer = Buffer.alloc(0);
	/** Messages of a question that is not whole yet. */
	#question: Buffer[] = [];
	#isCopying = false;

	constructor(socket: Socket, turns: Turns, all: ReadonlySet<Connection>) {
		this.socket = socket;
		this.#turns = turns;
		this.#all = all;
		socket.setNoDelay(true);
		socket.on("error", () => {});
		socket.on("close", () => this.#turns.leave(this));
		socket.on("data", (data) => {
			this.#rest = Buffer.concat([this.#rest, data]);
			while (this.#takeMessage());
		});
	}

	#takeMessage(): boolean {
		const lengthAt = this.#hasStarted ? 1 : 0;
		if (this.#rest.length < lengthAt + 4) return false;
		const end = lengthAt + this.#rest.readInt32BE(lengthAt);
		if (this.#rest.length < end) return false;
		const message = this.#rest.subarray(0, end);
		this.#rest = this.#rest.subarray(end);
		if (this.#hasStarted) this.#heed(message);
		else this.#start(message);
		return true;
	}

	#start(message: Buffer): void {
		if (message.readInt32BE(4) === SSL_REQUEST) {
			this.socket.write("N");
			return;
		}
		this.#hasStarted = true;
		void this.#answer(message);
	}

	#heed(message: Buffer): void {
		const type = String.fromCharCode(message[0]!);
		if (type === "X") {
			this.socket.end();
			return;
		}
		this.#question.push(message);
		if (type === "Q" && COPY_FROM.test(textOf(message))) {
			// the session itself can't wait for more: it gets all of it once it is there
			this.#isCopying = true;
			this.socket.write(encodeMessage("G", Buffer.from([1, 0, 0])));
			return;
		}
		const isWhole = this.#isCopying ? "cf".includes(type) : "QS".includes(type);
		if (!isWhole) return;
		const question = Buffer.concat(this.#question);
		this.#question = [];
		const wasCopying = this.#isCopying;
		this.#isCopying = false;
		const listened = type === "Q" ? /^\s*LISTEN\s+"?(\w+)"?/i.exec(textOf(message)) : null;
		if (listened) this.#channels.add(listened[1]!);
		void this.#answer(question, wasCopying ? "G" : undefined);
	}

	/** @param known type of a message that was sent before */
	async #answer(question: Buffer, known?: string): Promise<void> {
		const answer = await this.#turns.ask(this, question).catch(() => undefined);
		if (!answer) {
			this.socket.destroy();
			return;
		}
		const own: Buffer[] = [];
		for (const message of messagesOf(answer)) {
			const type = String.fromCharCode(message[0]!);
			if (type === known) continue;
			// the one session hears whatever anybody listens to
			if (type === "A") for (const other of this.#all) other.#notify(message);
			else own.push(message);
		}
		this.socket.write(Buffer.concat(own));
	}

	#notify(message: Buffer): void {
		const channel = message.toString("utf8", 9, message.indexOf(0, 9));
		if (this.#channels.has(channel)) this.socket.write(message);
	}
}

function* messagesOf(bytes: Buffer): Generator<Buffer> {
	for (let at = 0; at < bytes.length; ) {
		const end = at + 1 + bytes.readInt32BE(at + 1);
		yield bytes.subarray(at, end);
		at = end;
	}
}

function encodeMessage(type: string, body: Buffer): Buffer {
	const head = Buffer.alloc(5);
	head.write(type);
	head.writeInt32BE(body.length + 4, 1);
	return Buffer.concat([head, body]);
}

function textOf(message: Buffer): string {
	return message.toString("utf8", 5, message.length - 1);
}
