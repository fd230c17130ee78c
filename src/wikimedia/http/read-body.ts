/** Reading what a server sends without trusting how much it says it will be. */

/** More came than was allowed. */
export class BodyTooLarge extends Error {
	override readonly name = "BodyTooLarge";
}

/**
 * @throws BodyTooLarge as soon as more than `maxBytes` are announced or came; a TypeError of fetch where it was cut short
 */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
	const announced = Number(response.headers.get("content-length") ?? 0);
	if (announced > maxBytes) {
		await response.body?.cancel();
		throw new BodyTooLarge(`Expected at most ${maxBytes} bytes but ${announced} are announced.`);
	}
	const chunks: Uint8Array[] = [];
	let numBytes = 0;
	// leaving the loop by a throw ends the transfer
	for await (const chunk of response.body ?? []) {
		numBytes += chunk.byteLength;
		if (numBytes > maxBytes) throw new BodyTooLarge(`Expected at most ${maxBytes} bytes but received more.`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
