/** Cards go to the device's share sheet or the clipboard; without this they can be downloaded all the same. */
import { say } from "./texts.js";

/** @param {HTMLElement} main */
export function enhanceSharing(main) {
	for (const form of main.querySelectorAll("form[data-share]")) enhance(form);
}

function enhance(form) {
	const send = form.querySelector("[data-share-send]");
	const copy = form.querySelector("[data-share-copy]");
	const preview = form.querySelector(".share-preview");
	const status = form.querySelector(".status");
	send.hidden = !canShareFiles();
	copy.hidden = !("ClipboardItem" in window && navigator.clipboard?.write);

	const attempt = async (work, done) => {
		try {
			await work();
			status.textContent = done();
		} catch (error) {
			// whoever closes the share sheet has changed their mind
			if (error.name !== "AbortError") status.textContent = say("shareFailed");
		}
	};
	send.addEventListener("click", () =>
		attempt(
			async () => {
				const file = new File([await drawCard(form)], "card.png", { type: "image/png" });
				const url = new URL(form.dataset.share, location.href).href;
				await navigator.share({ files: [file], text: form.dataset.shareText, url });
			},
			() => say("shared"),
		),
	);
	copy.addEventListener("click", () =>
		attempt(
			async () => {
				// the promise is handed over, so that the browser still counts this as the press of a button
				await navigator.clipboard.write([new ClipboardItem({ "image/png": drawCard(form) })]);
			},
			() => say("copied"),
		),
	);
	form.addEventListener("change", async () => {
		status.textContent = "";
		const isTall = new FormData(form).get("size") === "tall";
		try {
			preview.src = await toDataUrl(await drawCard(form));
			[preview.width, preview.height] = isTall ? [1080, 1350] : [1200, 630];
		} catch {
			status.textContent = say("shareFailed");
		}
	});
}

function canShareFiles() {
	const probe = new File([""], "card.png", { type: "image/png" });
	return Boolean(navigator.canShare?.({ files: [probe] }));
}

/** The card as the form asks for it; the face goes along only if it is ticked. */
async function drawCard(form) {
	const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
	if (!response.ok) throw new Error(`The server answered ${response.status}.`);
	return response.blob();
}

/** The page's Content-Security-Policy lets pictures come from data: addresses, not from blobs. */
function toDataUrl(blob) {
	const reader = new FileReader();
	return new Promise((resolve, reject) => {
		reader.addEventListener("load", () => resolve(reader.result));
		reader.addEventListener("error", () => reject(reader.error));
		reader.readAsDataURL(blob);
	});
}
