import { expect, it } from "vitest";
import { printable } from "../../src/cli/command.ts";

it.each([
	['Zoë\'s größe 猫 😀 \\ "x"', 'Zoë\'s größe 猫 😀 \\ "x"'],
	["a\nb\tc\r", "a\\nb\\tc\\r"],
	["\u001b]0;title\u0007\u001b[2J", "\\u001b]0;title\\u0007\\u001b[2J"],
	["\u007f\u009b31m", "\\u007f\\u009b31m"],
	["gpj.\u202etxt\u2066", "gpj.\\u202etxt\\u2066"],
])("shows %j without obeying it", (text, shown) => {
	expect(printable(text)).toBe(shown);
});
