/**
 * Connections on which nothing is asked: browsers open some before they ask, and keep some for what comes next. Node's own
 * list of them knows only the latter.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export class IdleConnections {
	/** The one that is idle for longest is first. */
	readonly #idle = new Set<Socket>();
	/** Requests of connections that wait for their answers. */
	readonly #numAsked = new WeakMap<Socket, number>();
	#isClosed = false;

	/** @param server one that hears "checkContinue" too, as it is listened for here */
	constructor(server: Server) {
		server.on("connection", (socket: Socket) => {
			this.#add(socket);
			socket.once("close", () => this.#idle.delete(socket));
		});
		const ask = ({ socket }: IncomingMessage, res: ServerResponse) => {
			this.#idle.delete(socket);
			this.#count(socket, 1);
			res.once("close", () => this.#count(socket, -1) === 0 && this.#add(socket));
		};
		server.on("request", ask).on("checkContinue", ask);
	}

	/** Closes those that are idle, and from now on each that becomes it. */
	closeAll(): void {
		this.#isClosed = true;
		for (const socket of this.#idle) socket.destroy();
	}

	/** Closes the one that is idle for longest, of those with the greatest weight; none without any. */
	closeOne(weightOf: (socket: Socket) => number): void {
		let chosen: Socket | undefined;
		let most = 0;
		for (const socket of this.#idle) {
			const weight = weightOf(socket);
			if (weight <= most) continue;
			most = weight;
			chosen = socket;
		}
		if (chosen === undefined) return;
		this.#idle.delete(chosen);
		chosen.destroy();
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
