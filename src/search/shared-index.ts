/** An index as a message: other threads of the process search the same memory, without a copy. */

import type { KernelKind } from "./kernels/kernels.ts";
import { Arena } from "./parts/arena.ts";
import { EmbeddingStore, type StoreParts } from "./parts/embedding-store.ts";
import type { IndexParts } from "./parts/index-parts.ts";

/** Goes through `postMessage` or `workerData`; the memory in it is shared, the rest is small. */
export interface SharedIndex {
	readonly kernels: KernelKind;
	readonly memory: WebAssembly.Memory;
	readonly store: StoreParts;
	readonly added: { readonly memory: WebAssembly.Memory; readonly store: StoreParts } | undefined;
	readonly removed: ReadonlySet<number>;
	/** What has only numbers and pointers in it. */
	readonly rest: Omit<IndexParts, "store" | "changes">;
}

export function shareParts({ store, changes, ...rest }: IndexParts): SharedIndex {
	const { added, removed } = changes;
	return {
		kernels: store.arena.kernels.kind,
		memory: store.arena.memory,
		store: store.parts,
		added: added && { memory: added.arena.memory, store: added.parts },
		removed,
		rest,
	};
}

/** @param shared that arrived in this thread */
export function attachParts({ kernels, memory, store, added, removed, rest }: SharedIndex): IndexParts {
	return {
		...rest,
		store: new EmbeddingStore(Arena.attach(memory, kernels), store),
		changes: {
			added: added && new EmbeddingStore(Arena.attach(added.memory, kernels), added.store),
			removed,
		},
	};
}
