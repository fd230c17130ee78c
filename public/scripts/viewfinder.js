/** A viewfinder in the page, with a shutter: loaded when somebody wants it. */
import { say } from "./texts.js";

const TALLEST_PX = 1440;
/** Frames of one press, and how far apart: a blink or a blur in one of them matters less. */
const NUM_FRAMES = 3;
const FRAME_GAP_MS = 300;

/** @returns {Promise<File[] | undefined>} frames of one moment; undefined where the visitor changed their mind */
export async function takeWithViewfinder() {
	const stream = await navigator.mediaDevices.getUserMedia({
		video: { facingMode: "user", height: { ideal: TALLEST_PX } },
	});
	const dialog = document.createElement("dialog");
	dialog.className = "camera";
	dialog.setAttribute("aria-label", say("camera"));
	const video = document.createElement("video");
	video.muted = true;
	video.playsInline = true;
	video.srcObject = stream;
	const actions = document.createElement("div");
	actions.className = "actions";
	const shutter = button(say("shutter"), "button primary");
	const cancel = button(say("cancel"), "button");
	actions.append(shutter, cancel);
	dialog.append(video, actions);
	document.body.append(dialog);
	dialog.showModal();
	try {
		await video.play();
		return await new Promise((resolve) => {
			shutter.addEventListener("click", () => {
				shutter.disabled = true;
				dialog.classList.add("is-taking");
				resolve(grabFrames(video));
			});
			cancel.addEventListener("click", () => resolve(undefined));
			dialog.addEventListener("cancel", () => resolve(undefined));
		});
	} finally {
		for (const track of stream.getTracks()) track.stop();
		dialog.remove();
	}
}

/** On a line where three photos take long to send, one has to do. */
async function grabFrames(video) {
	const { saveData, effectiveType = "4g" } = navigator.connection ?? {};
	const numFrames = saveData || effectiveType !== "4g" ? 1 : NUM_FRAMES;
	const frames = [];
	for (let i = 0; i < numFrames; i++) {
		if (i > 0) await new Promise((resolve) => setTimeout(resolve, FRAME_GAP_MS));
		// they are encoded while the next ones are waited for
		frames.push(grab(video));
	}
	return Promise.all(frames);
}

async function grab(video) {
	const canvas = document.createElement("canvas");
	canvas.width = video.videoWidth;
	canvas.height = video.videoHeight;
	canvas.getContext("2d").drawImage(video, 0, 0);
	const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
	return new File([blob], "camera.jpg", { type: "image/jpeg" });
}

function button(text, className) {
	const element = document.createElement("button");
	element.type = "button";
	element.className = className;
	element.textContent = text;
	return element;
}
