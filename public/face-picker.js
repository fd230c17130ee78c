/** Faces can be picked on the photo itself, and the picked one stands out there. */

/** @param {HTMLElement} main */
export function enhanceFacePicker(main) {
	const boxes = main.querySelectorAll(".found[data-face]");
	const radios = main.querySelectorAll(".face-radio");
	for (const radio of radios) {
		radio.addEventListener("change", () => {
			for (const box of boxes) box.classList.toggle("is-picked", box.dataset.face === radio.value);
		});
	}
	for (const box of boxes) {
		box.addEventListener("click", () => {
			const radio = main.querySelector(`#face-${box.dataset.face}`);
			radio?.click();
			radio?.focus();
		});
	}
	// a browser that restores a page restores the radio, but not the box
	main.querySelector(".face-radio:checked")?.dispatchEvent(new Event("change"));
}
