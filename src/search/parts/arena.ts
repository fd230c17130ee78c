/**
 * The memory that an index lives in: one shared WebAssembly memory, so that kernels work where the data lies and
 * several threads can search one copy. It only grows; what is allocated stays, and is 64-byte aligned and zero.
 */
import { AppError } from "../../errors.ts";
import type { KernelKind, Kernels } from "../kernels/kernels.ts";
import { createScalarKernels } from "../kernels/scalar.ts";
import { createSimdKernels } from "../kernels/simd.ts";

const PAGE_BYTES = 65536;
/** What 32-bit pointers can address: 4 GiB. */
const MAX_PAGES = 65536;
export const ALIGNMENT = 64;
/** Word 0 of the memory counts the allocated blocks of 64 bytes, so that all threads allocate from one count. */
const CURSOR_WORD = 0;

export class Arena {
	readonly memory: WebAssembly.Memory;
	readonly kernels: Kernels;

	private constructor(memory: WebAssembly.Memory, kind: KernelKind) {
		this.memory = memory;
		this.kernels = createKernels(memory, kind);
	}

	static create(kind: KernelKind): Arena {
		const arena = new Arena(new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true }), kind);
		Atomics.store(arena.uint32(0, 1), CURSOR_WORD, 1);
		return arena;
	}

	/** The arena that another thread created. */
	static attach(memory: WebAssembly.Memory, kind: KernelKind): Arena {
		return new Arena(memory, kind);
	}

	/**
	 * @returns a pointer to `byteLength` zeros
	 * @throws AppError INDEX_TOO_LARGE beyond 4 GiB
	 */
	allocate(byteLength: number): number {
		const numBlocks = Math.ceil(byteLength / ALIGNMENT);
		const cursor = this.uint32(0, 1);
		const start = Atomics.load(cursor, CURSOR_WORD);
		if ((start + numBlocks) * ALIGNMENT > MAX_PAGES * PAGE_BYTES) {
			throw new AppError(
				"INDEX_TOO_LARGE",
				`Expected an index of at most 4 GiB but it needs ${byteLength} bytes more than fit.`,
				{ hint: "Split the gallery: 3 million embeddings of 128 numbers fit in one index." },
			);
		}
		const block = Atomics.add(cursor, CURSOR_WORD, numBlocks);
		const missing = (block + numBlocks) * ALIGNMENT - this.memory.buffer.byteLength;
		if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
		return block * ALIGNMENT;
	}

	/**
	 * Gives back everything that was allocated from `pointer` on; only while no other thread uses the arena.
	 * @param byteLength how much of it may no longer be zero
	 */
	release(pointer: number, byteLength: number): void {
		this.bytes(pointer, byteLength).fill(0);
		Atomics.store(this.uint32(0, 1), CURSOR_WORD, pointer / ALIGNMENT);
	}

	/** Bytes allocated so far. */
	get byteLength(): number {
		return Atomics.load(this.uint32(0, 1), CURSOR_WORD) * ALIGNMENT;
	}

	bytes(pointer: number, length: number): Uint8Array {
		return new Uint8Array(this.memory.buffer, pointer, length);
	}

	int8(pointer: number, length: number): Int8Array {
		return new Int8Array(this.memory.buffer, pointer, length);
	}

	int32(pointer: number, length: number): Int32Array {
		return new Int32Array(this.memory.buffer, pointer, length);
	}

	int16(pointer: number, length: number): Int16Array {
		return new Int16Array(this.memory.buffer, pointer, length);
	}

	uint16(pointer: number, length: number): Uint16Array {
		return new Uint16Array(this.memory.buffer, pointer, length);
	}

	uint32(pointer: number, length: number): Uint32Array {
		return new Uint32Array(this.memory.buffer, pointer, length);
	}

	float32(pointer: number, length: number): Float32Array {
		return new Float32Array(this.memory.buffer, pointer, length);
	}
}

function createKernels(memory: WebAssembly.Memory, kind: KernelKind): Kernels {
	return kind === "simd" ? createSimdKernels(memory) : createScalarKernels(() => memory.buffer);
}
