/** Makes a photo ready to be sent: shown, and no larger than the server looks at. */

/** The server shrinks to this itself. */
const SENT_SIDE_PX = 1600;
const SENT_QUALITY = 0.9;
const PREVIEW_SIDE_PX = 600;
/** Mean of all channels, of 255; a night street has about 40. */
const DARK_MEAN = 25;
/** Smaller files are sent as they are. */
const SMALL_BYTES = 300_000;

/** Whether a file may be a photo, by what the system calls it; files that it knows nothing of may. */
export function mayBePhoto({ type }) {
	return type === "" || (type.startsWith("image/") && type !== "image/svg+xml");
}

/** Whether it is an iPhone's format, which the server can't read either. */
export function isHeic({ type, name }) {
	return /^image\/hei[cf]$/.test(type) || /\.hei[cf]$/i.test(name);
}

/**
 * Shows the photo and shrinks it, upright; what a browser can decode, e.g. HEIC on an iPhone, becomes a JPEG.
 * @param {File} file
 * @param {HTMLCanvasElement} canvas for the preview; hidden where this browser can't show the photo
 * @returns {Promise<Blob>} what to send; the file itself where it can't be decoded here or is small already
 */
export async function preparePhoto(file, canvas) {
	canvas.hidden = true;
	let photo;
	try {
		photo = await createImageBitmap(file);
	} catch {
		// the server knows formats that this browser does not
		return file;
	}
	try {
		draw(photo, canvas, PREVIEW_SIDE_PX);
		canvas.hidden = false;
		const isSmall = file.size <= SMALL_BYTES && Math.max(photo.width, photo.height) <= SENT_SIDE_PX;
		if (isSmall && file.type === "image/jpeg") return file;
		const shrunk = await shrink(photo);
		return shrunk && shrunk.size < file.size ? shrunk : file;
	} finally {
		photo.close();
	}
}

/** Whether hardly anything can be made out on the preview. */
export function isDark(canvas) {
	if (canvas.hidden) return false;
	const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
	let sum = 0;
	for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
	return sum / (data.length * 0.75) < DARK_MEAN;
}

function shrink(photo) {
	const canvas = document.createElement("canvas");
	draw(photo, canvas, SENT_SIDE_PX);
	return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", SENT_QUALITY));
}

function draw(photo, canvas, maxSidePx) {
	const scale = Math.min(1, maxSidePx / Math.max(photo.width, photo.height));
	canvas.width = Math.max(1, Math.round(photo.width * scale));
	canvas.height = Math.max(1, Math.round(photo.height * scale));
	const context = canvas.getContext("2d");
	// JPEGs have no transparency; the server takes it for white too
	context.fillStyle = "#fff";
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.imageSmoothingQuality = "high";
	context.drawImage(photo, 0, 0, canvas.width, canvas.height);
}
