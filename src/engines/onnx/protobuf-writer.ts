/**
 * The part of the protocol buffer wire format that a model file needs, written without a schema compiler.
 * https://protobuf.dev/programming-guides/encoding/
 */

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/**
 * One message under construction. It keeps references to the byte arrays it is given and copies each of them
 * once, in `toBytes`, however deep messages are nested.
 */
export class ProtobufMessage {
	readonly #parts: Uint8Array[] = [];
	#byteLength = 0;

	/** Length of the encoded message in bytes. */
	get byteLength(): number {
		return this.#byteLength;
	}

	/** An integer field: int32, int64 or an enum; negative values take ten bytes, as the format wants. */
	integer(field: number, value: number | bigint): this {
		this.#append(encodeVarint(BigInt.asUintN(64, BigInt(field * 8 + WIRE_VARINT))));
		return this.#append(encodeVarint(BigInt.asUintN(64, BigInt(value))));
	}

	/** A 32-bit float field. */
	float(field: number, value: number): this {
		const bytes = new Uint8Array(4);
		new DataView(bytes.buffer).setFloat32(0, value, true);
		this.#append(encodeVarint(BigInt(field * 8 + WIRE_FIXED32)));
		return this.#append(bytes);
	}

	/** A string field, UTF-8. */
	string(field: number, value: string): this {
		return this.bytes(field, new TextEncoder().encode(value));
	}

	/** A bytes field; `value` is not copied and must not change until `toBytes`. */
	bytes(field: number, value: Uint8Array): this {
		this.#openBytes(field, value.byteLength);
		return this.#append(value);
	}

	/** A nested message; `value` must be complete. */
	message(field: number, value: ProtobufMessage): this {
		this.#openBytes(field, value.byteLength);
		for (const part of value.#parts) this.#append(part);
		return this;
	}

	/** The encoded message in an array of its own. */
	toBytes(): Uint8Array<ArrayBuffer> {
		const bytes = new Uint8Array(this.#byteLength);
		let offset = 0;
		for (const part of this.#parts) {
			bytes.set(part, offset);
			offset += part.byteLength;
		}
		return bytes;
	}

	#openBytes(field: number, byteLength: number): void {
		this.#append(encodeVarint(BigInt(field * 8 + WIRE_BYTES)));
		this.#append(encodeVarint(BigInt(byteLength)));
	}

	#append(part: Uint8Array): this {
		this.#parts.push(part);
		this.#byteLength += part.byteLength;
		return this;
	}
}

/** Base-128, least significant group first; `value` is unsigned and below 2^64. */
function encodeVarint(value: bigint): Uint8Array {
	const bytes: number[] = [];
	let rest = value;
	while (rest > 127n) {
		bytes.push(Number(rest & 127n) | 128);
		rest >>= 7n;
	}
	bytes.push(Number(rest));
	return Uint8Array.from(bytes);
}
