// Runs before the page is painted, so that it never shows what is only there for visitors without scripts,
// nor the first page where answers.js is about to show an answer again.
document.documentElement.classList.add("has-script");
if (history.state?.answer) {
	document.documentElement.classList.add("is-restoring");
	window.addEventListener("load", () => document.documentElement.classList.remove("is-restoring"));
}
