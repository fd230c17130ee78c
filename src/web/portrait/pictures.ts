/** Addresses of a gallery's own face crops, where it has them. */
export const PICTURES_PATH = "/pictures";

/** The address of a file in the gallery's picture folder; its name may hold folders. */
export function pictureUrl(fileName: string): string {
	return `${PICTURES_PATH}/${fileName.split("/").map(encodeURIComponent).join("/")}`;
}
