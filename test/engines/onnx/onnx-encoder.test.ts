import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { GraphBuilder, type OnnxModel } from "../../../src/engines/onnx/onnx-encoder.ts";

/** Runs a made model on one input named "x" and gives back the output named "y". */
async function run(
	{ graph, externalData }: OnnxModel,
	data: Float32Array,
	shape: readonly number[],
): Promise<Tensor> {
	const session = await InferenceSession.create(graph, {
		externalData,
		intraOpNumThreads: 1,
		logSeverityLevel: 3,
	});
	const { y } = await session.run({ x: new Tensor("float32", data, shape) });
	await session.release();
	return y as Tensor;
}

/** A model with one input and one output, both of free shape. */
function model(rank: number, build: (graph: GraphBuilder, x: string) => string): OnnxModel {
	const graph = new GraphBuilder("test");
	const free = (side: string) => Array.from({ length: rank }, (_, i) => `${side}${i}`);
	graph.output("y", build(graph, graph.input("x", free("in"))), free("out"));
	return graph.encode();
}

/** 0, 1, 2, ... */
function counting(length: number): Float32Array {
	return Float32Array.from({ length }, (_, i) => i);
}

describe("GraphBuilder", () => {
	it("makes a convolution with strides, lopsided zero padding and bias", async () => {
		const made = model(4, (graph, x) =>
			graph.conv(x, {
				weights: { data: new Float32Array(9).fill(1), shape: [1, 1, 3, 3] },
				bias: Float32Array.of(100),
				strides: [2, 2],
				pads: [0, 0, 1, 1],
			}),
		);
		const y = await run(made, counting(16), [1, 1, 4, 4]);
		expect(y.dims).toEqual([1, 1, 2, 2]);
		// windows start at (0,0), (0,2), (2,0), (2,2); what lies beyond the bottom and right border is 0
		expect([...(y.data as Float32Array)]).toEqual([145, 139, 166, 150]);
	});

	it("makes a depthwise convolution, each channel with its own kernel", async () => {
		const made = model(4, (graph, x) =>
			graph.conv(x, { weights: { data: Float32Array.of(2, 3), shape: [2, 1, 1, 1] }, groups: 2 }),
		);
		const y = await run(made, counting(4), [1, 2, 1, 2]);
		expect([...(y.data as Float32Array)]).toEqual([0, 2, 6, 9]);
	});

	it("runs one model on batches of different sizes", async () => {
		const made = model(2, (graph, x) => graph.matMul(x, graph.constant(Float32Array.of(1, 10), [2, 1])));
		expect([...((await run(made, counting(2), [1, 2])).data as Float32Array)]).toEqual([10]);
		expect([...((await run(made, counting(6), [3, 2])).data as Float32Array)]).toEqual([10, 32, 54]);
	});

	it.each<[string, (graph: GraphBuilder, x: string) => string, number[], number[]]>([
		["relu", (g, x) => g.relu(g.sub(x, g.constant(Float32Array.of(2)))), [1, 1, 2, 2], [0, 0, 0, 1]],
		["clip", (g, x) => g.clip(x, 1, 2), [1, 1, 2, 2], [1, 1, 2, 2]],
		["add", (g, x) => g.add(x, g.constant(Float32Array.of(10, 20), [2])), [1, 1, 2, 2], [10, 21, 12, 23]],
		["mul", (g, x) => g.mul(x, x), [1, 1, 2, 2], [0, 1, 4, 9]],
		["concat", (g, x) => g.concat([x, x], 3), [1, 1, 2, 4], [0, 1, 0, 1, 2, 3, 2, 3]],
		["transpose", (g, x) => g.transpose(x, [0, 1, 3, 2]), [1, 1, 2, 2], [0, 2, 1, 3]],
		["reshape", (g, x) => g.reshape(x, [0, -1, 1, 1]), [1, 4, 1, 1], [0, 1, 2, 3]],
		["pad", (g, x) => g.pad(x, [0, 1, 0, 0, 0, 0, 0, 0]), [1, 2, 2, 2], [0, 0, 0, 0, 0, 1, 2, 3]],
		["maxPool", (g, x) => g.maxPool(x, { kernel: [2, 2] }), [1, 1, 1, 1], [3]],
		["averagePool", (g, x) => g.averagePool(x, { kernel: [2, 2] }), [1, 1, 1, 1], [1.5]],
		["globalAveragePool", (g, x) => g.globalAveragePool(x), [1, 1, 1, 1], [1.5]],
	])("makes %s", async (_name, build, shape, values) => {
		const y = await run(model(4, build), counting(4), [1, 1, 2, 2]);
		expect(y.dims).toEqual(shape);
		expect([...(y.data as Float32Array)]).toEqual(values);
	});

	it("writes real, text and negative attributes as the operator reads them", async () => {
		const leaky = model(1, (graph, x) => graph.op("LeakyRelu", [x], { alpha: { float: 0.25 } }));
		expect([...((await run(leaky, Float32Array.of(-4, 4), [2])).data as Float32Array)]).toEqual([-1, 4]);

		const padded = model(4, (graph, x) =>
			graph.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_UPPER" }),
		);
		expect([...((await run(padded, counting(9), [1, 1, 3, 3])).data as Float32Array)]).toEqual([4, 5, 7, 8]);

		const lastAxis = model(2, (graph, x) => graph.op("Flatten", [x], { axis: -1 }));
		expect((await run(lastAxis, counting(6), [2, 3])).dims).toEqual([2, 3]);
	});

	it("keeps every bit of a constant, also of one that is a view into a larger buffer", async () => {
		const values = Float32Array.of(9, 0.1, -1e-38, 3.4e38, 9);
		const made = model(1, (graph, x) => graph.add(x, graph.constant(values.subarray(1, 4))));
		const y = await run(made, new Float32Array(3), [3]);
		expect(y.data).toEqual(values.slice(1, 4));
	});

	it("hands large constants over beside the graph, and they are no longer needed once there is a session", async () => {
		const values = counting(4096);
		const { graph, externalData } = model(1, (g, x) => g.add(x, g.constant(values.subarray(1, 4001))));
		expect(graph.byteLength).toBeLessThan(1000);
		const session = await InferenceSession.create(graph, { externalData, logSeverityLevel: 3 });
		const expected = values.slice(1, 4001);
		values.fill(7);
		const { y } = await session.run({ x: new Tensor("float32", new Float32Array(4000), [4000]) });
		await session.release();
		expect(y?.data).toEqual(expected);
	});

	it("refuses numbers that do not fill their shape", () => {
		expect(() => new GraphBuilder("test").constant(new Float32Array(5), [2, 3])).toThrow(
			"Expected 6 numbers for shape [2, 3] but received 5.",
		);
	});

	it("refuses an input that no operator made, a name that is taken and a graph without result", () => {
		const graph = new GraphBuilder("test");
		graph.input("x", [1]);
		expect(() => graph.relu("z")).toThrow(
			'Expected an input of Relu to be an earlier result but received "z".',
		);
		expect(() => graph.input("x", [1])).toThrow('Expected a new name but "x" is already a result.');
		expect(() => graph.encode()).toThrow("Expected an output of test but none was declared.");
	});
});
