/** Faces can be picked on the photo itself, and the page is called after the one that is picked. */

/**
 * @param {HTMLElement} main
 * @param {(number: string) => void} onPick
 */
export function enhanceFacePicker(main, onPick) {
	for (const radio of main.querySelectorAll(".face-radio")) {
		radio.addEventListener("change", () => {
			document.title = radio.dataset.title;
			onPick(radio.value);
		});
	}
	for (const box of main.querySelectorAll(".found[data-face]")) {
		box.addEventListener("click", () => {
			const radio = main.querySelector(`#face-${box.dataset.face}`);
			radio?.click();
			radio?.focus({ preventScroll: true });
		});
	}
}
