/** The faces of an answer: picked on the photo too, which names the page, and laid on the celebrity's. */

/**
 * @param {HTMLElement} main
 * @param {(number: string) => void} onPick
 */
export function enhanceFacePicker(main, onPick) {
	for (const radio of main.querySelectorAll(".face-radio")) {
		const pick = () => {
			document.title = radio.dataset.title;
			onPick(radio.value);
		};
		radio.addEventListener("change", pick);
		// picked before this script was there to hear it
		if (radio.checked && !radio.defaultChecked && main.isConnected) pick();
	}
	for (const box of main.querySelectorAll(".found[data-face]")) {
		box.addEventListener("click", () => {
			const radio = main.querySelector(`#face-${box.dataset.face}`);
			radio?.click();
			radio?.focus({ preventScroll: true });
		});
	}
}

/**
 * Two aligned faces become one, with a slider between them.
 * @param {HTMLElement} main
 */
export function enhanceAlignedFaces(main) {
	for (const figure of main.querySelectorAll("[data-aligned]")) {
		const slider = figure.querySelector("input");
		const show = () => figure.style.setProperty("--share", `${slider.value}%`);
		slider.addEventListener("input", show);
		figure.classList.add("is-stacked");
		show();
	}
}
