/** The small messages of onnx.proto: tensors, attributes and value infos. Field numbers are those of onnx.proto. */
import { ProtobufMessage } from "./protobuf-writer.ts";

export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** Row-major numbers and their shape; the data is not copied and must not change until `encode`. */
export interface Tensor {
	readonly shape: readonly number[];
	readonly data: TensorData;
}

/** A fixed size, or the name of a size that is only known when the model runs. */
export type Dimension = number | string;

export type ElementType = "float32" | "int32" | "int64" | "uint8";

/** A plain number is an integer attribute; a real one is said to be one, since `1` could be either. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** Numbers of TensorProto.DataType. */
const DATA_TYPE: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7 };

/** Number of TensorProto.DataLocation: the numbers are not in the message. */
const DATA_LOCATION_EXTERNAL = 1;

/** Numbers of AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** What a graph says of an input or output; a shape that is left out is not known. */
export function valueInfo(
	name: string,
	shape: readonly Dimension[] | undefined,
	type: ElementType,
): ProtobufMessage {
	const tensorType = new ProtobufMessage().integer(1, DATA_TYPE[type]);
	if (shape !== undefined) {
		const dimensions = new ProtobufMessage();
		for (const size of shape) {
			const dimension = new ProtobufMessage();
			dimensions.message(
				1,
				typeof size === "number" ? dimension.integer(1, size) : dimension.string(2, size),
			);
		}
		tensorType.message(2, dimensions);
	}
	return new ProtobufMessage().string(1, name).message(2, new ProtobufMessage().message(1, tensorType));
}

/** One named setting of an operator. */
export function attributeMessage(name: string, attribute: Attribute): ProtobufMessage {
	const message = new ProtobufMessage().string(1, name);
	if (typeof attribute === "number") return message.integer(3, attribute).integer(20, ATTRIBUTE_TYPE.int);
	if (typeof attribute === "string") return message.string(4, attribute).integer(20, ATTRIBUTE_TYPE.string);
	if ("float" in attribute) return message.float(2, attribute.float).integer(20, ATTRIBUTE_TYPE.float);
	for (const value of attribute) message.integer(8, value);
	return message.integer(20, ATTRIBUTE_TYPE.ints);
}

/**
 * A tensor with its numbers, or where they lie beside the model.
 * @param file the name that the numbers are handed to the runtime by; default: they are in the message
 * @throws RangeError if the data is not as long as its shape says
 */
export function tensorMessage({ data, shape }: Tensor, name: string, file?: string): ProtobufMessage {
	const numElements = shape.reduce((product, size) => product * size, 1);
	if (numElements !== data.length) {
		throw new RangeError(
			`Expected ${numElements} numbers for shape [${shape.join(", ")}] but received ${data.length}.`,
		);
	}
	const message = new ProtobufMessage();
	for (const size of shape) message.integer(1, size);
	message.integer(2, DATA_TYPE[elementType(data)]).string(8, name);
	if (file === undefined) return message.bytes(9, bytesOf(data));
	for (const [key, value] of [
		["location", file],
		["length", String(data.byteLength)],
	] as const) {
		message.message(13, new ProtobufMessage().string(1, key).string(2, value));
	}
	return message.integer(14, DATA_LOCATION_EXTERNAL);
}

/** The numbers as they lie in memory: little-endian, as is every machine that onnxruntime-node has a binary for. */
export function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array {
	return new Uint8Array(buffer, byteOffset, byteLength);
}

function elementType(data: TensorData): ElementType {
	if (data instanceof Float32Array) return "float32";
	if (data instanceof Int32Array) return "int32";
	return data instanceof BigInt64Array ? "int64" : "uint8";
}
