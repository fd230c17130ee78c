/** The way to a database, on which a test hears what is asked and may cut it. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

interface Cut {
	/** What must be asked, one after the other: with the last of them the way is cut. */
	readonly questions: readonly RegExp[];
	/** Whether the database still hears that last one, and is cut off before it can answer. Default false. */
	readonly isHeard?: boolean;
	/** Whether nobody gets through afterwards. Default false. */
	readonly isForGood?: boolean;
}

export interface DatabaseProxy {
	/** As the database's, by this way. */
	readonly address: string;
	/** All that was asked so far, as it went: statements are readable in it. */
	asked(): string;
	/** Cuts all connections, on both sides, once. @returns when that has happened */
	cutAt(cut: Cut): Promise<void>;
	/** Keeps what asks so from the database, once, and so all that comes after it on that connection. @returns what lets it pass, when it has come */
	holdAt(question: RegExp): Promise<() => void>;
	stop(): Promise<void>;
}

/** @param address of a database on this machine */
export async function startDatabaseProxy(address: string): Promise<DatabaseProxy> {
	const url = new URL(address);
	const target = Number(url.port);
	const sockets = new Set<Socket>();
	let said = "";
	let awaited: { cut: Cut; numAsked: number; onCut: () => void } | undefined;

	let held: { question: RegExp; onHeld: (release: () => void) => void } | undefined;

	const cutNow = () => {
		const { cut, onCut } = awaited!;
		awaited = undefined;
		if (cut.isForGood) server.close();
		for (const socket of sockets) socket.destroy();
		onCut();
	};
	/** @returns whether it is the last thing that is waited for */
	const isLast = (text: string): boolean => {
		if (!awaited) return false;
		const { questions } = awaited.cut;
		while (questions[awaited.numAsked]?.test(text)) awaited.numAsked++;
		return awaited.numAsked === questions.length;
	};
	const server = createServer((client) => {
		const database = connect(target, "127.0.0.1");
		let isCutByAnswer = false;
		for (const socket of [client, database]) {
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => {
				sockets.delete(socket);
				client.destroy();
				database.destroy();
			});
		}
		database.on("data", (bytes) => {
			if (isCutByAnswer) cutNow();
			else client.write(bytes);
		});
		client.on("data", (bytes) => {
			const text = bytes.toString("latin1");
			said += text;
			if (held?.question.test(text)) {
				client.pause();
				held.onHeld(() => {
					database.write(bytes);
					client.resume();
				});
				held = undefined;
				return;
			}
			if (isLast(text)) {
				if (!awaited!.cut.isHeard) return cutNow();
				isCutByAnswer = true;
			}
			database.write(bytes);
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	url.port = String((server.address() as AddressInfo).port);
	return {
		address: url.href,
		asked: () => said,
		cutAt: (cut) =>
			new Promise((onCut) => {
				awaited = { cut, numAsked: 0, onCut };
			}),
		holdAt: (question) =>
			new Promise((onHeld) => {
				held = { question, onHeld };
			}),
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			if (!server.listening) return;
			server.close();
			await once(server, "close");
		},
	};
}
