/** What the API's administration is done with; the server has it where the owner switched it on. */
import type { ListedPerson } from "../../../gallery/browse/people-directory.ts";
import type { Credit } from "../../../gallery/credit.ts";
import type { Person } from "../../../gallery/person.ts";
import type { MaybePromise, ReadableGallery } from "../../../gallery/readable-gallery.ts";
import type { ChangeDone, UploadedPhotos } from "../../../pipeline/change/gallery-change.ts";

/** Who asks for a change, for the audit log. */
export interface Asker {
	/** Name of the API key. */
	readonly key: string;
	readonly requestId: string;
}

/** A change, and the gallery as it is after it. */
export interface Changed extends ChangeDone {
	readonly gallery: ReadableGallery;
}

export interface Administration {
	/** Takes the gallery as it is now: another process of the server may just have changed it. */
	refresh(): MaybePromise<void>;
	/** Looks at photos; nothing is kept yet. @param context.credit of all of them, where they are not the owner's own */
	embed(
		photos: readonly Uint8Array[],
		context: { readonly credit?: Credit | undefined; readonly signal: AbortSignal },
	): Promise<UploadedPhotos>;
	/** Each throws AppError as applyChange, in words that are fit for the API. */
	addPerson(person: Person, uploaded: UploadedPhotos, asker: Asker): Promise<Changed>;
	addPhotos(
		entry: ListedPerson,
		uploaded: UploadedPhotos,
		options: { readonly isSure: boolean },
		asker: Asker,
	): Promise<Changed>;
	removePerson(entry: ListedPerson, asker: Asker): Promise<Changed>;
	removePhoto(entry: ListedPerson, source: string, asker: Asker): Promise<Changed>;
	renamePerson(
		entry: ListedPerson,
		changes: Partial<Pick<Person, "name" | "wikipedia">>,
		asker: Asker,
	): Promise<Changed>;
	/** Notes that a key without the right has tried. */
	noteRefused(action: string, asker: Asker): Promise<void>;
}
