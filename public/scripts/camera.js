/** Takes a photo: with the phone's own camera app, or with a viewfinder in the page. */

/** Cameras are only given to secure pages: https, or this machine. */
export function canUseCamera() {
	return isPhone() || Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * @returns {Promise<File[] | undefined>} frames of one moment, or one photo; undefined where the visitor changed
 *   their mind
 */
export async function takePhotos() {
	if (isPhone()) return takeWithCameraApp();
	const { takeWithViewfinder } = await import("./viewfinder.js");
	return takeWithViewfinder();
}

function isPhone() {
	return matchMedia("(pointer: coarse)").matches && "capture" in HTMLInputElement.prototype;
}

function takeWithCameraApp() {
	const input = document.createElement("input");
	input.type = "file";
	input.accept = "image/jpeg";
	input.capture = "user";
	return new Promise((resolve) => {
		input.addEventListener("change", () => resolve([...input.files].slice(0, 1)));
		input.addEventListener("cancel", () => resolve(undefined));
		input.click();
	});
}
