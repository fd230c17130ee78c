/** Bodies that are joined of many pieces, and what others do meanwhile. */
import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { joinPieces } from "../../../src/web/guard/join-pieces.ts";
import { countTurns } from "../../helpers/count-turns.ts";

it("is what the pieces were, in their order, and keeps none of them", async () => {
	const pieces = [1, 0, 70_000, 3, 2_000_000, 65_536].map((length) => randomBytes(length));
	const expected = Buffer.concat(pieces);
	expect((await joinPieces(pieces)).equals(expected)).toBe(true);
	expect(pieces).toEqual([]);
	expect(await joinPieces([])).toHaveLength(0);
});

it("lets others have their turn after each megabyte", async () => {
	const pieces = Array.from({ length: 160 }, () => Buffer.alloc(65_536, 7));
	const { result, numTurns } = await countTurns(() => joinPieces(pieces));
	expect(result).toHaveLength(160 * 65_536);
	expect(numTurns).toBeGreaterThanOrEqual(10);
});
