/** What the scripts say, in the page's language; see locales/ and the head of the page. */

let texts;
readTexts();

/** Takes the texts from the page's head: at first, and when the page has changed its language. */
export function readTexts() {
	texts = JSON.parse(document.querySelector("meta[name=texts]").content);
}

/**
 * @param {string} key without its prefix "script."
 * @param {Record<string, string | number>} values for each `{placeholder}`
 */
export function say(key, values = {}) {
	return texts[`script.${key}`].replace(/\{(\w+)\}/g, (_all, name) => formatValue(values[name]));
}

function formatValue(value) {
	return typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value;
}
