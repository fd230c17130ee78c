/** Addresses of articles in the English Wikipedia. */

/** The article's address, for a title with spaces or underscores. */
export function articleUrl(title: string): string {
	return `https://en.wikipedia.org/wiki/${encodeURIComponent(title.trim().replaceAll(" ", "_"))}`;
}
