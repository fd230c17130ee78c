/** An index as a message: other threads of the process search the same memory, without a copy. */

import { IndexCore, type IndexState } from "./index-core.ts";
import type { KernelKind } from "./kernels/kernels.ts";
import { Arena } from "./parts/arena.ts";
import type { CodeScale } from "./parts/code-scale.ts";
import { EmbeddingStore, type StoreParts } from "./parts/embedding-store.ts";
import type { IndexParts } from "./parts/index-parts.ts";
import { type RemovalParts, Removals } from "./parts/removals.ts";

/** Goes through `postMessage` or `workerData`; the memory in it is shared, the rest is small. */
export interface SharedIndex {
	readonly kernels: KernelKind;
	readonly memory: WebAssembly.Memory;
	readonly state: IndexState;
	readonly store: StoreParts;
	readonly codeScale: CodeScale;
	readonly removals: RemovalParts;
	/** What has only numbers and pointers in it. */
	readonly rest: Omit<IndexParts, "store" | "removals" | "asQuery">;
}

/** `asQuery`, which no message can bring, only those need who change the index. */
export function shareParts(
	{ store, removals, asQuery: _, ...rest }: IndexParts,
	state: IndexState,
): SharedIndex {
	return {
		kernels: store.arena.kernels.kind,
		memory: store.arena.memory,
		state,
		store: store.parts,
		codeScale: store.codeScale,
		removals: removals.parts,
		rest,
	};
}

/** What this thread has attached and still uses, by arena: attached again, it is searched in the same workspace. */
const attached = new Map<string, WeakRef<IndexCore>>();
const forgotten = new FinalizationRegistry<string>((id) => {
	if (!attached.get(id)?.deref()) attached.delete(id);
});

/** @param shared that arrived in this thread */
export function attachCore(shared: SharedIndex): IndexCore {
	const arena = Arena.attach(shared.memory, shared.kernels);
	const known = attached.get(arena.id)?.deref();
	if (known && known.parts.graph?.neighbours === shared.rest.graph?.neighbours) {
		known.parts.store.follow(shared.state.size, shared.codeScale);
		return known;
	}
	const parts = {
		...shared.rest,
		store: new EmbeddingStore(arena, shared.store, shared.state.size, shared.codeScale),
		removals: new Removals(arena, shared.removals, shared.store.capacity),
	};
	const core = new IndexCore(parts, false);
	attached.set(arena.id, new WeakRef(core));
	forgotten.register(core, arena.id);
	return core;
}
