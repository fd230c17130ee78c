/** An address that stays while servers come and go, as a virtual one does, or a proxy's: connections go to where it points. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class MovingAddress {
	readonly port: number;
	readonly #server: Server;
	readonly #sockets: Set<Socket>;
	#targets: readonly number[];
	#numTaken = 0;

	private constructor(server: Server, target: number) {
		this.#server = server;
		this.#sockets = new Set();
		this.#targets = [target];
		this.port = (server.address() as AddressInfo).port;
		server.on("connection", (client) => this.#connect(client));
	}

	/** @param target port on 127.0.0.1 */
	static async start(target: number): Promise<MovingAddress> {
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		return new MovingAddress(server, target);
	}

	/** Whoever is connected is cut off. @param targets ports; of several, each connection gets another one, in turn */
	moveTo(...targets: number[]): void {
		this.#targets = targets;
		for (const socket of this.#sockets) socket.destroy();
	}

	async stop(): Promise<void> {
		this.moveTo();
		this.#server.close();
		await once(this.#server, "close");
	}

	#connect(client: Socket): void {
		const target = this.#targets[this.#numTaken++ % this.#targets.length];
		if (target === undefined) return void client.destroy();
		const server = connect(target, "127.0.0.1");
		for (const [from, to] of [[client, server] as const, [server, client] as const]) {
			this.#sockets.add(from);
			from.on("error", () => {});
			from.on("close", () => {
				this.#sockets.delete(from);
				to.destroy();
			});
			from.pipe(to);
		}
	}
}
