/** Cards go to the device's share sheet or the clipboard; without this they can be downloaded all the same. */
import { say } from "./texts.js";

/** @param {HTMLElement} main */
export function enhanceSharing(main) {
	for (const form of main.querySelectorAll("form[data-share]")) enhance(form);
}

function enhance(form) {
	const send = form.querySelector("[data-share-send]");
	const copy = form.querySelector("[data-share-copy]");
	const copyLink = form.querySelector("[data-share-link]");
	const preview = form.querySelector(".share-preview");
	const status = form.querySelector(".status");
	send.hidden = !canShareFiles();
	copyLink.hidden = !navigator.clipboard?.writeText;
	copy.hidden = !("ClipboardItem" in window && navigator.clipboard?.write);

	const attempt = async (work, done, failed = () => say("shareFailed")) => {
		try {
			await work();
			status.textContent = done();
		} catch (error) {
			// whoever closes the share sheet has changed their mind
			if (error.name !== "AbortError") status.textContent = failed();
		}
	};
	send.addEventListener("click", () =>
		attempt(
			async () => {
				const file = new File([await drawCard(form)], "card.png", { type: "image/png" });
				await navigator.share({ files: [file], text: form.dataset.shareText, url: addressOf(form) });
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
	copyLink.addEventListener("click", () =>
		attempt(
			() => navigator.clipboard.writeText(addressOf(form)),
			() => say("linkCopied"),
			() => say("copyLinkFailed"),
		),
	);
	// it opens below what is in sight
	form.closest("details").addEventListener("toggle", ({ target }) => {
		if (target.open) target.scrollIntoView({ block: "nearest", behavior: smoothUnlessReduced() });
	});
	let numAsked = 0;
	form.addEventListener("change", async () => {
		const number = ++numAsked;
		status.textContent = "";
		const isTall = new FormData(form).get("size") === "tall";
		// its place is made at once, so that nothing moves when the card comes
		preview.style.aspectRatio = isTall ? "1080 / 1350" : "1200 / 630";
		let card;
		try {
			card = await toDataUrl(await drawCard(form));
		} catch {
			// told below
		}
		// another one was asked for meanwhile
		if (number !== numAsked) return;
		if (!card) {
			status.textContent = say("shareFailed");
			return;
		}
		preview.src = card;
		[preview.width, preview.height] = isTall ? [1080, 1350] : [1200, 630];
	});
}

function addressOf(form) {
	return new URL(form.dataset.share, location.href).href;
}

function smoothUnlessReduced() {
	return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
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
