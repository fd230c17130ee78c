/** The Retry-After header: RFC 9110, section 10.2.3. */

/**
 * @param header seconds or an HTTP date; null where there is none
 * @param nowMs since 1970
 * @returns milliseconds to wait, never negative; undefined for no header or one that makes no sense
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
	const text = header?.trim() ?? "";
	if (/^\d+$/.test(text)) return Number(text) * 1000;
	// Date.parse also takes "5" and "-3" for dates
	const date = /^[A-Za-z]{3,9}[, ]/.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
