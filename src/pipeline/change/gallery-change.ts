/** A change of a gallery that a program asks for, told as data, so that a process of its own can make it. */
import type { PhotoResult, RejectedPhoto } from "../../gallery/building/build-journal.ts";
import type { Credit } from "../../gallery/credit.ts";
import type { Pictures } from "../../gallery/folder/pictures.ts";
import type { Person } from "../../gallery/person.ts";

/** Somebody of a gallery, so that they are known again in it, which others may have changed meanwhile. */
export interface KnownPerson {
	/** See personKey. */
	readonly key: string;
	/** Of their photos. */
	readonly sources: readonly string[];
}

/** Photos that were looked at, and what a gallery would keep of them. */
export interface UploadedPhotos {
	/** As they came; the same photo has the same source. */
	readonly photos: readonly { readonly source: string; readonly result: PhotoResult }[];
	/** Of those with a good face, each once, where the gallery keeps pictures. */
	readonly pictures: readonly Pictures[];
	/** Of all of them, where they are not the owner's own. */
	readonly credit?: Credit;
}

export type GalleryChange =
	| { readonly kind: "add-person"; readonly person: Person; readonly uploaded: UploadedPhotos }
	| {
			readonly kind: "add-photos";
			readonly person: KnownPerson;
			readonly uploaded: UploadedPhotos;
			/** Whether the photos show the person also where the faces hardly agree. */
			readonly isSure: boolean;
	  }
	| { readonly kind: "remove-person"; readonly person: KnownPerson }
	| { readonly kind: "remove-photo"; readonly person: KnownPerson; readonly source: string }
	| {
			readonly kind: "rename-person";
			readonly person: KnownPerson;
			readonly changes: Partial<Pick<Person, "name" | "wikipedia">>;
	  };

export interface ChangeOrder {
	/** Where the gallery is: a file, a folder, or a database's address, which may hold a password. */
	readonly place: string;
	readonly change: GalleryChange;
	/** Lists of who must not be in it, beside the gallery's own. */
	readonly denyLists: readonly string[];
	/** What is being done, for whoever has to wait. */
	readonly purpose: string;
	/** How long to wait for others that change it. */
	readonly patienceMs: number;
	/** How long a question to a database may take. Default 10,000. */
	readonly databaseTimeoutMs?: number;
	/** Where the pictures of a gallery in a database lie, if it has some. */
	readonly picturesFolder?: string;
	/** Who asks, for a gallery that keeps its own record of changes. */
	readonly asker?: Readonly<Record<"key" | "requestId", string>>;
}

export interface ChangeDone {
	/**
	 * Of photos of whoever was added or changed, by which they are found in the gallery as it is then; none after a
	 * removal, and where no photo of somebody new was taken.
	 */
	readonly sources: readonly string[];
	/** Photos that were added, removed, or have another name now. */
	readonly numPhotos: number;
	/** Photos that were sent and are in the gallery already. */
	readonly numPassedOver: number;
	/** Of a gallery in a database, which others serve too. */
	readonly version?: number;
	readonly refused: readonly (Omit<RejectedPhoto, "step"> & { readonly source: string })[];
}
