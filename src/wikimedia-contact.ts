/** How Wikimedia's operators reach who fetches from them: an e-mail address or a web page. */

export function isContact(text: string): boolean {
	return /^[^\s@()]+@[^\s@()]+\.[^\s@()]+$/.test(text) || /^https?:\/\/[^\s()]+$/.test(text);
}
