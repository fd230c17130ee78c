/**
 * The memory that an index lives in: one shared WebAssembly memory, so that kernels work where the data lies and
 * several threads can search one copy. What is allocated stays, as long as the memory does; what is borrowed can be
 * given back. Both are 64-byte aligned and zero.
 */
import { AppError } from "../../errors.ts";
import { KERNEL_KINDS, type KernelKind, type Kernels } from "../kernels/kernels.ts";
import { createScalarKernels } from "../kernels/scalar.ts";
import { createSimdKernels } from "../kernels/simd.ts";
import { checkChoice } from "../query.ts";

const PAGE_BYTES = 65536;
/** What 32-bit pointers can address: 4 GiB. */
const MAX_PAGES = 65536;
/** 1 MiB holds a small index: whenever a shared memory grows, V8 visits all that it knows, also of indexes let go. */
const FIRST_PAGES = 16;
export const ALIGNMENT = 64;
/** Word 0 of the memory counts the allocated blocks of 64 bytes, so that all threads allocate from one count. */
const CURSOR_WORD = 0;
/** 1 while a thread borrows or gives back. */
const LOCK_WORD = 1;
/** A number of its own, by which a thread knows a memory that arrives again. */
const ID_WORDS = 2;
/** From here on, per power of two: the first block of the free ones of so many blocks; 0 = none. Each begins with the next. */
const FREE_WORDS = 16;
const NUM_SIZES = 27;
const HEAD_BLOCKS = 3;

export class Arena {
	readonly memory: WebAssembly.Memory;
	readonly kernels: Kernels;

	private constructor(memory: WebAssembly.Memory, kind: KernelKind) {
		this.memory = memory;
		this.kernels = createKernels(memory, kind);
	}

	/** @throws AppError INVALID_ARGUMENT for kernels that there are not */
	static create(kind: KernelKind): Arena {
		checkChoice("kernels", kind, KERNEL_KINDS);
		const arena = new Arena(
			new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MAX_PAGES, shared: true }),
			kind,
		);
		Atomics.store(arena.uint32(0, 1), CURSOR_WORD, HEAD_BLOCKS);
		arena.uint32(0, FREE_WORDS).set([Math.random() * 2 ** 32, Math.random() * 2 ** 32], ID_WORDS);
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
				{ hint: "Split the rows: 3 million embeddings of 128 numbers fit in one index." },
			);
		}
		const block = Atomics.add(cursor, CURSOR_WORD, numBlocks);
		const missing = (block + numBlocks) * ALIGNMENT - this.memory.buffer.byteLength;
		if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
		return block * ALIGNMENT;
	}

	/**
	 * As `allocate`, for a while: from what others gave back, if there is a piece of that size.
	 * @throws AppError INDEX_TOO_LARGE beyond 4 GiB
	 */
	borrow(byteLength: number): number {
		const size = sizeOf(byteLength);
		const block = this.#locked((words) => {
			const first = words[FREE_WORDS + size];
			if (first !== 0) words[FREE_WORDS + size] = this.uint32(first * ALIGNMENT, 1)[0];
			return first;
		});
		if (block === 0) return this.allocate(ALIGNMENT << size);
		this.bytes(block * ALIGNMENT, byteLength).fill(0);
		return block * ALIGNMENT;
	}

	/** @param pointer from `borrow` with the same length; nobody may use it any more */
	giveBack(pointer: number, byteLength: number): void {
		const size = sizeOf(byteLength);
		this.#locked((words) => {
			this.uint32(pointer, 1)[0] = words[FREE_WORDS + size];
			words[FREE_WORDS + size] = pointer / ALIGNMENT;
		});
	}

	/** A few instructions at a time, so that a thread may wait busily for another. */
	#locked<T>(run: (words: Uint32Array) => T): T {
		const words = this.uint32(0, FREE_WORDS + NUM_SIZES);
		while (Atomics.compareExchange(words, LOCK_WORD, 0, 1) !== 0);
		try {
			return run(words);
		} finally {
			Atomics.store(words, LOCK_WORD, 0);
		}
	}

	/** The same in every thread that shares the memory, and of no other memory. */
	get id(): string {
		return this.uint32(0, FREE_WORDS)
			.subarray(ID_WORDS, ID_WORDS + 2)
			.join();
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

/** Logarithm of the blocks that a borrowed piece takes: a power of two, so that others can use it again. */
function sizeOf(byteLength: number): number {
	return Math.ceil(Math.log2(Math.max(1, Math.ceil(byteLength / ALIGNMENT))));
}
