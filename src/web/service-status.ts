/** What the running service is made of: for `/readyz`, the page's footer and the API's answers. */

export interface GalleryStatus {
	/** To show, e.g. "starter". */
	readonly name: string;
	readonly numPeople: number;
	readonly numPhotos: number;
	/** What made the gallery's embeddings; see faces/embedding-model.ts. */
	readonly pipelineVersion: string;
	/** What has become of the file since it was read: after a restart, one that is missing or refused would not be served. */
	readonly file?: "served" | "missing" | "refused";
}

export interface EngineStatus {
	readonly name: string;
	/** One line, e.g. "onnxruntime-node 1.30.0 (CPU)". */
	readonly description: string;
}

/** A gallery that is being built behind the one that is served. */
export interface BuildStatus {
	readonly numPeople: number;
	/** People that are wanted. */
	readonly limit: number;
	readonly numPhotos: number;
	readonly peoplePerMinute: number;
	readonly secondsLeft: number;
}

/** Names and versions of the program and of what it runs on, e.g. `{ node: "24.1.0" }`. */
type Versions = Readonly<Record<string, string>>;

/** A service that can answer photos. */
export interface ReadyStatus {
	/**
	 * One that is stopping answers for a moment longer, until no proxy sends it anyone any more. One that is unwell, as the
	 * gallery's database does not answer, answers what needs no embeddings of it.
	 */
	readonly state: "ready" | "stopping" | "unwell";
	readonly engine: EngineStatus;
	readonly gallery: GalleryStatus;
	readonly building?: BuildStatus;
	readonly versions: Versions;
}

/** A service that can't answer yet, no longer, or not at the moment, as its engine does not. */
interface SilentStatus {
	readonly state: "starting" | "stopping" | "unwell";
	readonly versions: Versions;
}

export type ServiceStatus = ReadyStatus | SilentStatus;
