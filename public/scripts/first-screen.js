/**
 * An answer is long, and its first screen is what is waited for: the page says where that ends, so that it is read and
 * laid out by itself, and all below it once it has been seen.
 */

const END = "first-screen";
const END_MARK = `<!--${END}-->`;

/**
 * @param {string} text a page
 * @returns {Document} the page as far as its first screen goes; all of it where no end is marked
 */
export function readFirstScreen(text) {
	const end = text.indexOf(END_MARK);
	return read(end === -1 ? text : text.slice(0, end + END_MARK.length));
}

/**
 * Adds what follows the first screen.
 * @param {HTMLElement} main of `readFirstScreen(text)`
 * @param {string} text the same page
 */
export function addRest(main, text) {
	let shown = endOf(main);
	if (!shown) return;
	let whole = endOf(read(text));
	while (shown !== main) {
		while (whole.nextSibling) shown.parentNode.append(whole.nextSibling);
		shown = shown.parentNode;
		whole = whole.parentNode;
	}
}

function read(text) {
	return new DOMParser().parseFromString(text, "text/html");
}

function endOf(root) {
	const comments = document.createNodeIterator(root, NodeFilter.SHOW_COMMENT);
	let comment = comments.nextNode();
	while (comment && comment.data !== END) comment = comments.nextNode();
	return comment;
}
