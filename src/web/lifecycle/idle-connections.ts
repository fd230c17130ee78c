/**
 * Connections on which nothing is asked: browsers open some before they ask, and keep some for what comes next. Node's own
 * list of them knows only the latter. And those that wait for whoever asks, who sends or reads slowly.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export class IdleConnections {
	/** The one that is idle for longest is first. */
	readonly #idle = new Set<Socket>();
	/** Requests that wait for their answers, or for these to be read; the one that came first is first. */
	readonly #asked = new Map<ServerResponse, IncomingMessage>();
	/** How many of a connection's they are. */
	readonly #numAsked = new WeakMap<Socket, number>();
	#isClosed = false;

	/** @param server one that hears "checkContinue" too, as it is listened for here */
	constructor(server: Server) {
		server.on("connection", (socket: Socket) => {
			this.#add(socket);
			socket.once("close", () => this.#idle.delete(socket));
		});
		const ask = (req: IncomingMessage, res: ServerResponse) => {
			const { socket } = req;
			this.#idle.delete(socket);
			this.#asked.set(res, req);
			this.#count(socket, 1);
			res.once("close", () => {
				this.#asked.delete(res);
				if (this.#count(socket, -1) === 0) this.#add(socket);
			});
		};
		server.on("request", ask).on("checkContinue", ask);
	}

	/** Closes those that are idle, and from now on each that becomes it. */
	closeAll(): void {
		this.#isClosed = true;
		for (const socket of this.#idle) socket.destroy();
	}

	/**
	 * Closes one of those with the greatest weight: the one that is idle for longest, or else the one that waits for its
	 * client for longest. None without any weight.
	 */
	closeOne(weightOf: (socket: Socket) => number): void {
		let chosen: Socket | undefined;
		let most = 0;
		for (const socket of [...this.#idle, ...this.#waitingForClients()]) {
			const weight = weightOf(socket);
			if (weight <= most) continue;
			most = weight;
			chosen = socket;
		}
		if (chosen === undefined) return;
		this.#idle.delete(chosen);
		chosen.destroy();
	}

	/** Their request has not come to its end, or its answer is there and hardly read. */
	*#waitingForClients(): Iterable<Socket> {
		for (const [res, req] of this.#asked) if (!req.complete || res.writableEnded) yield req.socket;
	}

	#add(socket: Socket): void {
		if (socket.destroyed) return;
		if (this.#isClosed) socket.destroySoon();
		else this.#idle.add(socket);
	}

	#count(socket: Socket, by: 1 | -1): number {
		const count = (this.#numAsked.get(socket) ?? 0) + by;
		this.#numAsked.set(socket, count);
		return count;
	}
}
