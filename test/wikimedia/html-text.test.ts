import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOfHtml } from "../../src/wikimedia/commons/html-text.ts";

describe("textOfHtml", () => {
	it.each([
		['<a href="//commons.wikimedia.org/wiki/User:X" title="User:X">X &amp; Y</a>', "X & Y"],
		["Ann<br/>Bob<p>Cay</p>", "Ann Bob Cay"],
		['<span style="display: none;">hidden <b>too</b><br>and this</span>seen', "seen"],
		["<script>alert(1)</script><style>a{}</style>Ann", "Ann"],
		["&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"],
		["no markup, 1 < 2", "no markup, 1 < 2"],
		["Ann \u202eevil\u202c\u0007\n\tBob", "Ann evil Bob"],
		["<p>unclosed <b>bold", "unclosed bold"],
		["", ""],
	])("%j is %j", (html, text) => {
		expect(textOfHtml(html)).toBe(text);
	});

	it("is short, whatever it is given", () => {
		expect(textOfHtml("long ".repeat(1000))).toHaveLength(300);
	});

	it("is one line without control characters, whatever it is given", () => {
		const html = fc.array(
			fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("<b>", "</b>", "<br>", "<!--", "&#10;")),
		);
		fc.assert(
			fc.property(html, (parts) => {
				expect(textOfHtml(parts.join(""))).not.toMatch(/\p{Cc}|^\s|\s$/u);
			}),
		);
	});
});
