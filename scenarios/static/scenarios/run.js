// The present scene: brings focus to it after a choice and tells how long the choice took.
// Without it the page works the same.
const shown = performance.now();

if (location.hash === "#scene") {
    document.getElementById("scene")?.focus();
}

document.querySelector("[data-choices]")?.addEventListener("submit", (event) => {
    event.target.querySelector("[data-milliseconds]").value = Math.round(performance.now() - shown);
});
