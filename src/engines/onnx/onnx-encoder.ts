/**
 * Writes ONNX models (IR version 8, operator set 17) from TypeScript, so that published weights can be turned
 * into a graph for onnxruntime without Python. Field numbers are those of onnx.proto;
 * operators: https://onnx.ai/onnx/operators/
 */
import {
	type Attribute,
	attributeMessage,
	bytesOf,
	type Dimension,
	type ElementType,
	type Tensor,
	type TensorData,
	tensorMessage,
	valueInfo,
} from "./onnx-messages.ts";
import { ProtobufMessage } from "./protobuf-writer.ts";

const IR_VERSION = 8;
const OPSET_VERSION = 17;
/** Constants of so many bytes are handed over beside the graph; the runtime wants to see shapes and the like in it. */
const LEAST_WEIGHT_BYTES = 1024;

/** What a session is made of: `InferenceSession.create(graph, { externalData })`. */
export interface OnnxModel {
	/** The model file, without its large constants. */
	readonly graph: Uint8Array<ArrayBuffer>;
	/** The large constants, by the names that the graph has for them; not copied, as they are by the runtime. */
	readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Rows above, columns left, rows below, columns right. */
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

export interface PoolOptions {
	/** Height and width of the window. */
	readonly kernel: readonly [number, number];
	/** Default 1, 1. */
	readonly strides?: readonly [number, number];
	/** Default none. */
	readonly pads?: Pads;
}

export interface ConvOptions {
	/** Out channels, in channels / groups, height, width. */
	readonly weights: Tensor;
	/** One per out channel; default none. */
	readonly bias?: Float32Array;
	/** Default 1, 1. */
	readonly strides?: readonly [number, number];
	/** Default none. */
	readonly pads?: Pads;
	/** Default 1; the number of channels makes a depthwise convolution. */
	readonly groups?: number;
}

/**
 * A graph under construction. Each method that adds an operator returns the name of its result, which is what
 * the next operator takes as input; images are NCHW, as ONNX wants them.
 */
export class GraphBuilder {
	readonly #name: string;
	readonly #nodes: ProtobufMessage[] = [];
	readonly #initializers: ProtobufMessage[] = [];
	readonly #inputs: ProtobufMessage[] = [];
	readonly #outputs: ProtobufMessage[] = [];
	readonly #externalData: { path: string; data: Uint8Array }[] = [];
	readonly #values = new Set<string>();

	constructor(name: string) {
		this.#name = name;
	}

	/** Declares what the caller feeds; a dimension given as text is free. */
	input(name: string, shape: readonly Dimension[], type: ElementType = "float32"): string {
		this.#inputs.push(valueInfo(name, shape, type));
		return this.#define(name);
	}

	/** Declares `value` to be a result, under the name the caller reads it by; its shape may be left open. */
	output(name: string, value: string, shape?: readonly Dimension[], type: ElementType = "float32"): void {
		this.op("Identity", [value], {}, name);
		this.#outputs.push(valueInfo(name, shape, type));
	}

	/**
	 * A tensor that ships with the model; it must not change until there is a session.
	 * @throws RangeError where the numbers do not fill the shape
	 */
	constant(data: TensorData, shape: readonly number[] = [data.length], name?: string): string {
		const value = this.#define(name ?? `constant_${this.#initializers.length}`);
		const isLarge = data.byteLength >= LEAST_WEIGHT_BYTES;
		this.#initializers.push(tensorMessage({ data, shape }, value, isLarge ? value : undefined));
		if (isLarge) this.#externalData.push({ path: value, data: bytesOf(data) });
		return value;
	}

	/**
	 * Any operator with one result.
	 * @param inputs names of earlier results; an empty name leaves an optional input out
	 * @throws RangeError where an input is not the name of an earlier result, or `name` is taken
	 */
	op(
		type: string,
		inputs: readonly string[],
		attributes: Readonly<Record<string, Attribute>> = {},
		name = `${type}_${this.#nodes.length}`,
	): string {
		const node = new ProtobufMessage();
		for (const input of inputs) {
			if (input !== "" && !this.#values.has(input)) {
				throw new RangeError(`Expected an input of ${type} to be an earlier result but received "${input}".`);
			}
			node.string(1, input);
		}
		const value = this.#define(name);
		node.string(2, value).string(3, value).string(4, type);
		for (const [key, attribute] of Object.entries(attributes)) {
			node.message(5, attributeMessage(key, attribute));
		}
		this.#nodes.push(node);
		return value;
	}

	/** Cross-correlation with optional bias. */
	conv(x: string, options: ConvOptions): string {
		const [, , height, width] = options.weights.shape as [number, number, number, number];
		const inputs = [x, this.constant(options.weights.data, options.weights.shape)];
		if (options.bias !== undefined) inputs.push(this.constant(options.bias));
		return this.op("Conv", inputs, {
			kernel_shape: [height, width],
			strides: options.strides ?? [1, 1],
			pads: options.pads ?? [0, 0, 0, 0],
			group: options.groups ?? 1,
		});
	}

	maxPool(x: string, options: PoolOptions): string {
		return this.op("MaxPool", [x], poolAttributes(options));
	}

	/** Padding does not count in the mean. */
	averagePool(x: string, options: PoolOptions): string {
		return this.op("AveragePool", [x], poolAttributes(options));
	}

	/** Mean over height and width: N x C x 1 x 1. */
	globalAveragePool(x: string): string {
		return this.op("GlobalAveragePool", [x]);
	}

	relu(x: string): string {
		return this.op("Relu", [x]);
	}

	clip(x: string, min: number, max: number): string {
		return this.op("Clip", [
			x,
			this.constant(Float32Array.of(min), []),
			this.constant(Float32Array.of(max), []),
		]);
	}

	/** Shapes are broadcast, as for the three that follow. */
	add(a: string, b: string): string {
		return this.op("Add", [a, b]);
	}

	sub(a: string, b: string): string {
		return this.op("Sub", [a, b]);
	}

	mul(a: string, b: string): string {
		return this.op("Mul", [a, b]);
	}

	matMul(a: string, b: string): string {
		return this.op("MatMul", [a, b]);
	}

	concat(inputs: readonly string[], axis: number): string {
		return this.op("Concat", inputs, { axis });
	}

	/** @param order for each dimension of the result, which one of `x` it is */
	transpose(x: string, order: readonly number[]): string {
		return this.op("Transpose", [x], { perm: order });
	}

	/** @param shape 0 keeps the dimension of `x` in this place, one -1 takes what is left */
	reshape(x: string, shape: readonly number[]): string {
		return this.op("Reshape", [x, this.constant(toInt64(shape))]);
	}

	/** Zeros around `x`. @param pads first how many before each dimension, then how many after each */
	pad(x: string, pads: readonly number[]): string {
		return this.op("Pad", [x, this.constant(toInt64(pads))]);
	}

	/**
	 * The model.
	 * @throws RangeError where nothing is an output
	 */
	encode(): OnnxModel {
		if (this.#outputs.length === 0)
			throw new RangeError(`Expected an output of ${this.#name} but none was declared.`);
		const graph = new ProtobufMessage();
		for (const node of this.#nodes) graph.message(1, node);
		graph.string(2, this.#name);
		for (const initializer of this.#initializers) graph.message(5, initializer);
		for (const input of this.#inputs) graph.message(11, input);
		for (const output of this.#outputs) graph.message(12, output);
		const model = new ProtobufMessage()
			.integer(1, IR_VERSION)
			.string(2, "celebrity-faces")
			.message(7, graph)
			.message(8, new ProtobufMessage().string(1, "").integer(2, OPSET_VERSION));
		return { graph: model.toBytes(), externalData: this.#externalData };
	}

	#define(name: string): string {
		if (this.#values.has(name))
			throw new RangeError(`Expected a new name but "${name}" is already a result.`);
		this.#values.add(name);
		return name;
	}
}

function poolAttributes({ kernel, strides, pads }: PoolOptions): Record<string, Attribute> {
	return { kernel_shape: kernel, strides: strides ?? [1, 1], pads: pads ?? [0, 0, 0, 0] };
}

function toInt64(values: readonly number[]): BigInt64Array {
	return BigInt64Array.from(values, BigInt);
}
