/** The part of WebAssembly's JavaScript interface that we use: Node's types for version 20 leave it out. */
declare namespace WebAssembly {
	interface MemoryDescriptor {
		readonly initial: number;
		readonly maximum: number;
		readonly shared: true;
	}
	class Memory {
		constructor(descriptor: MemoryDescriptor);
		readonly buffer: SharedArrayBuffer;
		grow(numPages: number): number;
	}
	class Module {
		constructor(bytes: Uint8Array);
	}
	class Instance {
		constructor(module: Module, imports: Record<string, Record<string, unknown>>);
		readonly exports: Record<string, unknown>;
	}
	class RuntimeError extends Error {}
}
