/** The page's texts in one language, with its plurals and its way of writing numbers. */

/** A text, or one for each of the language's plural categories, chosen by `{count}`. */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string });

/** What takes the place of `{name}` in a text; numbers are written as the language writes them. */
export type TextValues = Readonly<Record<string, string | number>>;

/** Keys that begin with this are what the page's scripts say; they are sent along with every page. */
const SCRIPT_PREFIX = "script.";
const PLACEHOLDER = /\{(\w+)\}/g;

export class Texts {
	/** Tag of the language, e.g. "en". */
	readonly language: string;
	/** What the language calls itself. */
	readonly languageName: string;
	/** The texts of the page's scripts as JSON, for public/scripts/texts.js. */
	readonly scriptTexts: string;
	readonly #texts: ReadonlyMap<string, Text>;
	readonly #plurals: Intl.PluralRules;
	/** By their options, of which there are few: making one takes longer than a page's other texts together. */
	readonly #numberFormats = new Map<string, Intl.NumberFormat>();

	constructor(language: string, texts: Readonly<Record<string, Text>>) {
		this.language = language;
		this.#texts = new Map(Object.entries(texts));
		this.#plurals = new Intl.PluralRules(language);
		this.languageName = this.say("language.name");
		this.scriptTexts = JSON.stringify(
			Object.fromEntries(Object.entries(texts).filter(([key]) => key.startsWith(SCRIPT_PREFIX))),
		);
	}

	/** The same language with some texts replaced. */
	with(replaced: Readonly<Record<string, Text>>): Texts {
		return new Texts(this.language, { ...Object.fromEntries(this.#texts), ...replaced });
	}

	/** The texts whose keys begin so, by the rest of their keys. */
	behind(prefix: string): Record<string, Text> {
		return Object.fromEntries(
			[...this.#texts].flatMap(([key, text]) =>
				key.startsWith(prefix) ? [[key.slice(prefix.length), text] as const] : [],
			),
		);
	}

	/** Whether there is such a text, for keys that come from elsewhere, e.g. error codes. */
	has(key: string): boolean {
		return this.#texts.has(key);
	}

	/**
	 * The text of that key.
	 * @param values for each `{placeholder}`; `count` also chooses the plural
	 * @throws RangeError if there is no such text or a value is missing
	 */
	say(key: string, values: TextValues = {}): string {
		const text = this.#texts.get(key);
		if (text === undefined) throw new RangeError(`Expected the text "${key}" in "${this.language}".`);
		const pattern =
			typeof text === "string" ? text : (text[this.#plurals.select(countOf(values))] ?? text.other);
		return pattern.replace(PLACEHOLDER, (_all, name: string) => {
			const value = values[name];
			if (value === undefined) throw new RangeError(`Expected a value of "${name}" for the text "${key}".`);
			return typeof value === "number" ? this.number(value) : value;
		});
	}

	number(value: number, options: Intl.NumberFormatOptions = {}): string {
		const key = JSON.stringify(options);
		const format = this.#numberFormats.get(key) ?? new Intl.NumberFormat(this.language, options);
		this.#numberFormats.set(key, format);
		return format.format(value);
	}

	/** Milliseconds as people read them: "0.42 ms", "143 ms", "1.2 sec". */
	duration(ms: number): string {
		const isLong = ms >= 1000;
		return this.number(isLong ? ms / 1000 : ms, {
			style: "unit",
			unit: isLong ? "second" : "millisecond",
			maximumFractionDigits: isLong ? 1 : decimalsOf(ms),
		});
	}
}

/** Searches take fractions of a millisecond, where the decimals tell. */
function decimalsOf(ms: number): number {
	if (ms < 1) return 2;
	return ms < 10 ? 1 : 0;
}

function countOf({ count }: TextValues): number {
	if (typeof count !== "number") throw new RangeError("Expected a count for a text with plurals.");
	return count;
}
