// Runs before the page is painted, so that it never shows what is only there for visitors without scripts.
document.documentElement.classList.add("has-script");
