import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { Progress } from "../../src/cli/progress.ts";

function stream(isTTY: boolean): NodeJS.WriteStream {
	return Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
}

describe("Progress", () => {
	it("rewrites one line in a terminal and ends it", () => {
		const terminal = stream(true);
		const progress = new Progress("photos", terminal);
		progress.update(1, 2, "0 rejected");
		progress.update(2, 2, "1 rejected");
		progress.end();
		const text = String(terminal.read());
		expect(text).toMatch(/^\r.*photos 1\/2, 0 rejected\r.*photos 2\/2.*1 rejected\n$/);
	});

	it("stays on one line of a narrow terminal", () => {
		const terminal = Object.assign(stream(true), { columns: 12 });
		new Progress("photos", terminal).update(1, 2, "0 rejected");
		expect(String(terminal.read()).split("\u001b[2K")[1]).toBe("photos 1/2,");
	});

	it("writes whole lines elsewhere: the first, the last and one now and then", () => {
		const file = stream(false);
		let ms = 0;
		const progress = new Progress("photos", file, () => ms);
		for (let i = 1; i <= 100; i++, ms += 50) progress.update(i, 100);
		progress.end();
		const lines = String(file.read()).trimEnd().split("\n");
		expect(lines).toHaveLength(2);
		// of what was done before the first nobody knows how long it took
		expect(lines[0]).toBe("photos 1/100");
		expect(lines[1]).toBe("photos 100/100, 20.0/s, 0 s left");
	});

	it("tells no pace before it has seen some", () => {
		const file = stream(false);
		let ms = 0;
		const progress = new Progress("photos", file, () => ms);
		progress.update(0, 3);
		ms = 6;
		progress.update(3, 3);
		expect(String(file.read())).toBe("photos 0/3\nphotos 3/3\n");
	});
});
