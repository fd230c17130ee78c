import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { npyParts, readNpy } from "../../src/files/npy.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

function encode(rows: readonly Float32Array[], numColumns: number): Buffer {
	return Buffer.concat([...npyParts(rows.length, numColumns, rows)]);
}

async function read(bytes: Uint8Array) {
	const file = path.join(await temporaryFolder(), "a.npy");
	await writeFile(file, bytes);
	return readNpy(file);
}

describe("npyParts", () => {
	it("writes NumPy's format 1.0, its header a multiple of 64 bytes", () => {
		const bytes = encode([Float32Array.of(1, 2.5), Float32Array.of(-3, 0)], 2);
		expect(bytes.subarray(0, 8)).toEqual(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
		const headerBytes = bytes.readUInt16LE(8);
		expect((10 + headerBytes) % 64).toBe(0);
		const header = bytes.subarray(10, 10 + headerBytes).toString("latin1");
		expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 2\), \} *\n$/);
		const numbers = [0, 4, 8, 12].map((at) => bytes.readFloatLE(10 + headerBytes + at));
		expect(numbers).toEqual([1, 2.5, -3, 0]);
	});

	it("writes no rows as an empty matrix", () => {
		expect(encode([], 128).toString("latin1")).toContain("'shape': (0, 128)");
	});

	it("refuses rows of another shape", () => {
		expect(() => encode([new Float32Array(3)], 2)).toThrow("Expected 2 columns but row 0 has 3.");
		expect(() => [...npyParts(2, 1, [new Float32Array(1)])]).toThrow("Expected 2 rows but received 1.");
	});
});

describe("readNpy", () => {
	it("reads what was written, over several parts", async () => {
		const rows = Array.from({ length: 600 }, (_, i) =>
			Float32Array.from({ length: 500 }, (_, j) => i + j / 7),
		);
		const { numRows, numColumns, values } = await read(encode(rows, 500));
		expect([numRows, numColumns]).toEqual([600, 500]);
		expect(
			rows.every((row, i) =>
				Buffer.from(row.buffer).equals(Buffer.from(values.slice(i * 500, i * 500 + 500).buffer)),
			),
		).toBe(true);
	});

	it("reads a header as NumPy 2 writes it, of any version", async () => {
		const numbers = Buffer.from(Float32Array.of(1, 2, 3).buffer);
		const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1)}\n";
		const length = Buffer.alloc(4);
		length.writeUInt32LE(text.length);
		const bytes = Buffer.concat([
			Buffer.from("\x93NUMPY\x02\x00", "latin1"),
			length,
			Buffer.from(text),
			numbers,
		]);
		expect((await read(bytes)).values).toEqual(Float32Array.of(1, 2, 3));
	});

	const whole = encode([Float32Array.of(1, 2)], 2);
	const headed = (header: string) => {
		const bytes = Buffer.alloc(10 + header.length);
		bytes.write(`\x93NUMPY\x01\x00`, "latin1");
		bytes.writeUInt16LE(header.length, 8);
		bytes.write(header, 10);
		return bytes;
	};
	it.each([
		["an empty file", Buffer.alloc(0), "another file"],
		["a text", Buffer.from("name,photo\nAnn,1.jpg\n"), "another file"],
		["a cut matrix", whole.subarray(0, -1), "it was cut"],
		["a longer one", Buffer.concat([whole, whole]), "something was added"],
		[
			"float64",
			headed("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"),
			"float32 numbers ('<f4')",
		],
		["columns", headed("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }"), "it has columns"],
		["a vector", headed("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"), "its shape is (2,)"],
		[
			"a false size",
			headed("{'descr': '<f4', 'fortran_order': False, 'shape': (900000000, 128), }"),
			"it was cut",
		],
	])("refuses %s, and says what was expected", async (_what, bytes, problem) => {
		await expect(read(bytes)).rejects.toMatchObject({
			code: "INVALID_VECTOR",
			message: expect.stringContaining(problem),
		});
	});
});
