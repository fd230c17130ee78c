/** NumPy's array format, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

/**
 * A float32 matrix, little-endian, row-major.
 * @throws RangeError if a row is not `numColumns` long
 */
export function encodeNpy(rows: readonly Float32Array[], numColumns: number): Uint8Array {
	const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${numColumns}), }`;
	// magic (6), version (2), header length (2), header: together a multiple of 64, ending with a newline
	const headerBytes = Math.ceil((10 + description.length + 1) / 64) * 64 - 10;
	const bytes = Buffer.alloc(10 + headerBytes + rows.length * numColumns * 4, " ");
	bytes.set([0x93, ...Buffer.from("NUMPY"), 1, 0]);
	bytes.writeUInt16LE(headerBytes, 8);
	bytes.write(`${description.padEnd(headerBytes - 1)}\n`, 10, "latin1");
	for (const [i, row] of rows.entries()) {
		if (row.length !== numColumns)
			throw new RangeError(`Expected ${numColumns} columns but row ${i} has ${row.length}.`);
		for (const [j, value] of row.entries())
			bytes.writeFloatLE(value, 10 + headerBytes + (i * numColumns + j) * 4);
	}
	return bytes;
}
