import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { LshIndex } from "../../../src/search/lsh-index.ts";
import { Random } from "../../../src/search/random.ts";
import { createFaceLikeRows } from "../../helpers/galleries/face-like-rows.ts";
import { seal } from "./seal.ts";

const rows = createFaceLikeRows(30, 2, { dimension: 24 });
const bytes = LshIndex.build({ ...rows, pipelineVersion: "faces 1", graph: true })
	.adding(rows.embeddings.slice(0, 2 * 24), Uint32Array.of(30, 31))
	.removing([5, 61])
	.encode({ people: new TextEncoder().encode("Ada, Grace"), nothing: new Uint8Array(0) }, { hashes: true });

function changed(change: (view: DataView, copy: Uint8Array) => void, isSealed = false): Uint8Array {
	const copy = bytes.slice();
	change(new DataView(copy.buffer), copy);
	if (isSealed) seal(copy);
	return copy;
}

const withVersion = (version: number) => changed((view) => view.setUint32(8, version, true));

const calibrationText = JSON.stringify(LshIndex.from(bytes).calibration);

const withOneMore = Uint8Array.from([...bytes, 0]);

/** The file with another calibration of at most the same length, sealed. */
function withCalibration(text: string): Uint8Array {
	return changed((view, copy) => {
		const entry = entryOf("index/calibration");
		const start = Number(view.getBigUint64(entry + 40, true));
		copy.fill(32, start, start + Number(view.getBigUint64(entry + 48, true)));
		copy.set(new TextEncoder().encode(text), start);
	}, true);
}

/** Offset of a section's entry in the header. */
function entryOf(name: string): number {
	const text = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
	return text.indexOf(`${name}\0`);
}

function errorOf(file: Uint8Array, expectedPipelineVersion?: string): AppError {
	try {
		LshIndex.from(file, expectedPipelineVersion === undefined ? {} : { expectedPipelineVersion });
	} catch (error) {
		if (error instanceof AppError) return error;
		throw error;
	}
	throw new Error("Expected the file to be refused but it was read.");
}

describe("the index file", () => {
	it("comes back byte for byte, with the sections that others added", () => {
		const index = LshIndex.from(bytes, { expectedPipelineVersion: "faces 1" });
		expect(Buffer.compare(index.encode(), bytes)).toBe(0);
		expect(new TextDecoder().decode(index.section("people"))).toBe("Ada, Grace");
		expect(index.section("nothing")).toHaveLength(0);
		expect(index.section("index/groups")).toBeUndefined();
		expect([index.size, index.dimension, index.pipelineVersion]).toEqual([62, 24, "faces 1"]);
		expect(index.calibration?.k).toBe(7);
	});

	it("keeps the hashes as 64-bit words, and makes only those of rows that have come since", () => {
		const grown = (file: Uint8Array) =>
			LshIndex.from(file).adding(rows.embeddings.slice(24, 48), Uint32Array.of(31));
		const without = LshIndex.from(bytes).encode({}, { hashes: false });
		expect(LshIndex.from(bytes).encode({}).length - without.length).toBeGreaterThanOrEqual(50 * 62 * 8);
		const files = [grown(bytes).encode({}), grown(without).encode({}, { hashes: true })] as const;
		expect(Buffer.compare(...files)).toBe(0);
	});

	it("asks the hashes that it keeps", () => {
		const query = rows.known[0] as Float32Array;
		const ask = (file: Uint8Array) =>
			LshIndex.from(file).search(query, 1, { settings: { numProbes: 50, numVotes: 1, beamWidth: 0 } });
		const start = Number(new DataView(bytes.buffer).getBigUint64(entryOf("index/hashes") + 40, true));
		const inverted = changed((_, copy) => {
			for (let at = start; at < start + 50 * 62 * 8; at++) copy[at] ^= 255;
		}, true);
		expect(ask(bytes)).toHaveLength(1);
		expect(ask(bytes)[0]?.row).not.toBe(ask(inverted)[0]?.row);
	});

	it("is read from any place in memory", () => {
		const shifted = new Uint8Array(bytes.length + 3);
		shifted.set(bytes, 3);
		expect(LshIndex.from(shifted.subarray(3)).size).toBe(62);
	});

	it("refuses section names of its own or of no use", () => {
		const index = LshIndex.from(bytes);
		expect(() => index.encode({ "index/mine": new Uint8Array(1) })).toThrow(RangeError);
		expect(() => index.encode({ "": new Uint8Array(1) })).toThrow(RangeError);
		expect(() => index.encode({ ["x".repeat(41)]: new Uint8Array(1) })).toThrow(RangeError);
	});

	it.each<[string, Uint8Array, string, RegExp]>([
		["nothing", new Uint8Array(0), "INVALID_INDEX_FILE", /received an empty file/],
		["a JPEG", Uint8Array.of(255, 216, 255, 224), "INVALID_INDEX_FILE", /bytes ff d8 ff e0/],
		["only the start", bytes.slice(0, 100), "INDEX_CORRUPT", /at least 128 bytes .* received 100/],
		["one byte less", bytes.slice(0, -1), "INDEX_CORRUPT", /received \d+: it was cut/],
		["one byte more", withOneMore, "INDEX_CORRUPT", /something was added/],
		["a newer version", withVersion(4), "INDEX_VERSION_MISMATCH", /version 1 to 3 but .* 4/],
		[
			"float32 rows in a version of float16",
			withVersion(3),
			"INDEX_CORRUPT",
			/section "index\/halves" but the index file has none/,
		],
		[
			"other parameters",
			changed((view) => view.setUint32(64, 25, true)),
			"INDEX_CORRUPT",
			/header is damaged/,
		],
		[
			"too many sections",
			changed((view) => view.setUint32(12, 2 ** 31, true)),
			"INDEX_CORRUPT",
			/received 2147483648/,
		],
		[
			"no dimension",
			changed((view) => view.setUint32(64, 0, true), true),
			"INDEX_CORRUPT",
			/1 to 4096 for dimension/,
		],
		[
			"2^32 - 1 rows",
			changed((view) => view.setUint32(68, 2 ** 32 - 1, true), true),
			"INDEX_CORRUPT",
			/size .* 4294967295/,
		],
		[
			"2^31 - 1 rows",
			changed((view) => {
				view.setUint32(68, 2 ** 31 - 1, true);
				view.setUint32(80, 20, true);
			}, true),
			"INDEX_CORRUPT",
			/bytes in section/,
		],
		["51 tables", changed((view) => view.setUint32(72, 51, true), true), "INDEX_CORRUPT", /50 for numTables/],
		[
			"a NaN scale",
			changed((view) => view.setFloat64(96, Number.NaN, true), true),
			"INDEX_CORRUPT",
			/scale .* NaN/,
		],
		[
			"a section twice",
			changed((_view, copy) => copy.copyWithin(192, 128, 168), true),
			"INDEX_CORRUPT",
			/once/,
		],
		[
			"a section without a name",
			changed((_view, copy) => copy.fill(0, entryOf("people"), entryOf("people") + 6), true),
			"INDEX_CORRUPT",
			/with names .* received ""/,
		],
		[
			"a section whose name is no text",
			changed((_view, copy) => copy.fill(0xff, entryOf("people"), entryOf("people") + 40), true),
			"INDEX_CORRUPT",
			/with names/,
		],
		[
			"an edge to nowhere",
			changed((view) => {
				const start = Number(view.getBigUint64(entryOf("index/graph") + 40, true));
				view.setUint32(start, 62, true);
			}, true),
			"INDEX_CORRUPT",
			/neighbours below 62 .* received 62/,
		],
		[
			"a removed row that never was",
			changed((view) => {
				const start = Number(view.getBigUint64(entryOf("index/removed") + 40, true));
				view.setUint32(start, 62, true);
			}, true),
			"INDEX_CORRUPT",
			/removed rows below 62 .* received 62/,
		],
		[
			"a pivot that is not there",
			changed((view) => {
				const start = Number(view.getBigUint64(entryOf("index/planes") + 40, true));
				view.setUint16(start, 65535, true);
			}, true),
			"INDEX_CORRUPT",
			/60 pivots/,
		],
		[
			"a calibration that is no JSON",
			changed((view) => {
				const start = Number(view.getBigUint64(entryOf("index/calibration") + 40, true));
				view.setUint8(start, 0);
			}, true),
			"INDEX_CORRUPT",
			/calibration is not readable/,
		],
		[
			"24 prefix bits for 62 rows",
			changed((view) => view.setUint32(80, 24, true), true),
			"INDEX_CORRUPT",
			/3 \(for 62 rows\) for prefixBits .* received 24/,
		],
		[
			"257 pivots",
			changed((view) => view.setUint32(84, 257, true), true),
			"INDEX_CORRUPT",
			/1 to 256 for numPivots .* 257/,
		],
		[
			"a row that is not a number",
			changed((view) => {
				const start = Number(view.getBigUint64(entryOf("index/embeddings") + 40, true));
				view.setFloat32(start + 32 * 4 * 3, Number.NaN, true);
			}, true),
			"INDEX_CORRUPT",
			/length 1 .* row 3/,
		],
		["a calibration of nothing", withCalibration("{}"), "INDEX_CORRUPT", /calibration .* received \{\}/],
		[
			"a calibration without effort",
			withCalibration(calibrationText.replace(/"beamWidth":10/, '"beamWidth":-1')),
			"INDEX_CORRUPT",
			/Expected a calibration/,
		],
	])("refuses %s", (_what, file, code, message) => {
		const error = errorOf(file);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
	});

	it("refuses embeddings that another pipeline made, and says which", () => {
		const error = errorOf(bytes, "faces 2");
		expect(error.code).toBe("PIPELINE_MISMATCH");
		expect(error.message).toBe('Expected embeddings of "faces 2" but the index holds those of "faces 1".');
	});

	it("names the section that is damaged", () => {
		for (const name of ["embeddings", "groups", "mean", "pivots", "planes", "graph", "calibration"]) {
			const file = changed((view, copy) => {
				const start = Number(view.getBigUint64(entryOf(`index/${name}`) + 40, true));
				copy[start] ^= 1;
			});
			expect(errorOf(file).message).toMatch(`section "index/${name}" is damaged`);
		}
	});

	it("refuses every file cut anywhere and every flipped bit of the header", () => {
		for (let length = 0; length < bytes.length; length += length < 2048 ? 1 : 997) {
			expect(["INVALID_INDEX_FILE", "INDEX_CORRUPT"]).toContain(errorOf(bytes.subarray(0, length)).code);
		}
		const headerBytes = 128 + 64 * new DataView(bytes.buffer).getUint32(12, true);
		for (let bit = 0; bit < headerBytes * 8; bit++) {
			const file = changed((_view, copy) => {
				copy[bit >> 3] ^= 1 << (bit & 7);
			});
			expect(errorOf(file)).toBeInstanceOf(AppError);
		}
	});

	it("refuses 2,000 files with a bit flipped anywhere", () => {
		const random = new Random(7);
		for (let i = 0; i < 2000; i++) {
			const bit = random.below(bytes.length * 8);
			const file = changed((_view, copy) => {
				copy[bit >> 3] ^= 1 << (bit & 7);
			});
			expect(errorOf(file)).toBeInstanceOf(AppError);
		}
	});

	it("neither crashes nor hangs on 1,000 changed files whose checksums fit", () => {
		const random = new Random(8);
		for (let i = 0; i < 1000; i++) {
			const file = changed((view, copy) => {
				for (let change = random.below(4); change >= 0; change--) {
					// every other change hits the header, where lengths and offsets are
					const at = random.below(random.below(2) === 0 ? 960 : copy.length - 4);
					view.setUint32(at, random.uint32(), true);
				}
			}, true);
			try {
				const index = LshIndex.from(file);
				index.search(rows.strangers[i % 50], 7, { settings: { numProbes: 100, numVotes: 1, beamWidth: 32 } });
			} catch (error) {
				expect(error).toBeInstanceOf(AppError);
			}
		}
	});
});
