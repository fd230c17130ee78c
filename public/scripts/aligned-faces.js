/** Two aligned faces become one, with a slider between them. */

/** @param {HTMLElement} main */
export function enhanceAlignedFaces(main) {
	for (const figure of main.querySelectorAll("[data-aligned]")) {
		const slider = figure.querySelector("input");
		const show = () => figure.style.setProperty("--share", `${slider.value}%`);
		slider.addEventListener("input", show);
		figure.classList.add("is-stacked");
		show();
	}
}
