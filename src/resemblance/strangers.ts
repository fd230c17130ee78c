/**
 * Faces of people who are in no gallery, one each: the crowd that every visitor and every gallery is measured
 * against. They ship with the program as embeddings; nobody is told to look like one of them.
 */
import { AppError } from "../errors.ts";

interface Header {
	readonly pipelineVersion: string;
	readonly dimension: number;
	readonly names: readonly string[];
}

/** Unit vectors have numbers from -1 to 1; sixteen bits keep cosines exact to 1e-5. */
const STEPS = 32_767;

export class Strangers {
	/** What made the embeddings; see faces/embedding-model.ts. */
	readonly pipelineVersion: string;
	readonly dimension: number;
	/** names[i] is whose face number i is, so that nobody is a stranger to a gallery that has them. */
	readonly names: readonly string[];
	readonly #embeddings: Float32Array;

	/** @param embeddings row-major, names.length x dimension, unit length */
	constructor({ pipelineVersion, dimension, names }: Header, embeddings: Float32Array) {
		this.pipelineVersion = pipelineVersion;
		this.dimension = dimension;
		this.names = names;
		this.#embeddings = embeddings;
	}

	/** @throws AppError INDEX_CORRUPT for bytes that `encode` did not write */
	static decode(bytes: Uint8Array): Strangers {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		try {
			const headerEnd = 4 + view.getUint32(0, true);
			const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, headerEnd)));
			const length = header.names.length * header.dimension;
			if (bytes.length !== headerEnd + 2 * length) throw new RangeError("cut short");
			const embeddings = new Float32Array(length);
			for (let i = 0; i < length; i++) embeddings[i] = view.getInt16(headerEnd + 2 * i, true) / STEPS;
			return new Strangers(header, embeddings);
		} catch (cause) {
			throw new AppError("INDEX_CORRUPT", "The file of strangers' faces is not readable.", {
				hint: "Install the program again.",
				cause,
			});
		}
	}

	encode(): Uint8Array {
		const { pipelineVersion, dimension, names } = this;
		const header = new TextEncoder().encode(JSON.stringify({ pipelineVersion, dimension, names }));
		const bytes = new Uint8Array(4 + header.length + 2 * this.#embeddings.length);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, header.length, true);
		bytes.set(header, 4);
		for (const [i, value] of this.#embeddings.entries())
			view.setInt16(4 + header.length + 2 * i, Math.round(value * STEPS), true);
		return bytes;
	}

	get size(): number {
		return this.names.length;
	}

	embedding(number: number): Float32Array {
		return this.#embeddings.slice(number * this.dimension, (number + 1) * this.dimension);
	}

	/**
	 * Cosines with the strangers most similar to a face, in no order.
	 * @param query unit length
	 * @param except number of a stranger who does not count
	 */
	nearest(query: Float32Array, count: number, except = -1): number[] {
		const { dimension } = this;
		const embeddings = this.#embeddings;
		const nearest: number[] = [];
		for (let number = 0, at = 0; number < this.size; number++) {
			let similarity = 0;
			for (let i = 0; i < dimension; i++) similarity += query[i]! * embeddings[at++]!;
			if (number === except) continue;
			if (nearest.length < count) nearest.push(similarity);
			else if (similarity > nearest[0]!) nearest[0] = similarity;
			else continue;
			// the least similar first
			if (nearest.length === count) moveLeastToFront(nearest);
		}
		return nearest;
	}
}

function moveLeastToFront(values: number[]): void {
	let least = 0;
	for (let i = 1; i < values.length; i++) if (values[i]! < values[least]!) least = i;
	[values[0], values[least]] = [values[least]!, values[0]!];
}
