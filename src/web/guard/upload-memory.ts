/**
 * The memory that uploads share, from their first byte until they are answered. Where it is used up, the address that
 * holds most of it gives way: a few that send slowly, and much, would otherwise have everybody else refused.
 */

/** An upload that is held. */
export interface HeldUpload {
	/** Whose it is. */
	readonly address: string;
	/** Told that it was let go of, as others need its memory. */
	readonly refuse: () => void;
}

export class UploadMemory {
	readonly #maxBytes: number;
	/** Bytes of each, in the order in which they began. */
	readonly #bytesOf = new Map<HeldUpload, number>();
	readonly #arriving = new Set<HeldUpload>();
	readonly #bytesOfAddress = new Map<string, number>();
	#numBytes = 0;

	/** @param maxBytes of all uploads together */
	constructor(maxBytes: number) {
		this.#maxBytes = maxBytes;
	}

	/** An upload begins. */
	hold(upload: HeldUpload): void {
		this.#bytesOf.set(upload, 0);
		this.#arriving.add(upload);
	}

	/**
	 * Some bytes of it have come. Where that is too much, uploads that are still arriving are let go of: each time the one
	 * that began last, of the address that holds most, which may be this one.
	 */
	add(upload: HeldUpload, numBytes: number): void {
		// what still comes of one that was let go of is kept by nobody
		if (!this.#arriving.has(upload)) return;
		this.#change(upload, numBytes);
		while (this.#numBytes > this.#maxBytes) {
			const last = this.#lastOfLargest();
			if (last === undefined) return;
			this.letGo(last);
			last.refuse();
		}
	}

	/** All of it has come: it stays until it has been answered. */
	keep(upload: HeldUpload): void {
		this.#arriving.delete(upload);
	}

	/** May be called more than once. */
	letGo(upload: HeldUpload): void {
		this.#arriving.delete(upload);
		this.#change(upload, -(this.#bytesOf.get(upload) ?? 0));
		this.#bytesOf.delete(upload);
	}

	#change(upload: HeldUpload, by: number): void {
		const { address } = upload;
		this.#numBytes += by;
		this.#bytesOf.set(upload, (this.#bytesOf.get(upload) ?? 0) + by);
		const ofAddress = (this.#bytesOfAddress.get(address) ?? 0) + by;
		if (ofAddress === 0) this.#bytesOfAddress.delete(address);
		else this.#bytesOfAddress.set(address, ofAddress);
	}

	#lastOfLargest(): HeldUpload | undefined {
		let last: HeldUpload | undefined;
		let most = 0;
		for (const upload of this.#arriving) {
			const ofAddress = this.#bytesOfAddress.get(upload.address) ?? 0;
			if (ofAddress < most) continue;
			most = ofAddress;
			last = upload;
		}
		return last;
	}
}
