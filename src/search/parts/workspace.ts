/** Memory that one searcher works in: given back to the arena when the searcher is no longer there. */
import type { Arena } from "./arena.ts";

interface Loan {
	readonly arena: Arena;
	readonly pieces: [pointer: number, byteLength: number][];
}

// whoever uses a workspace keeps it alive; the loan must not, hence it knows the pieces only
const loans = new FinalizationRegistry<Loan>(({ arena, pieces }) => {
	for (const [pointer, byteLength] of pieces) arena.giveBack(pointer, byteLength);
});

export class Workspace {
	readonly #loan: Loan;

	constructor(arena: Arena) {
		this.#loan = { arena, pieces: [] };
		loans.register(this, this.#loan);
	}

	/** @returns a pointer to `byteLength` zeros, aligned to 64 bytes */
	allocate(byteLength: number): number {
		const pointer = this.#loan.arena.borrow(byteLength);
		this.#loan.pieces.push([pointer, byteLength]);
		return pointer;
	}
}
