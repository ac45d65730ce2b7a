// The present scene: brings focus to it after a choice, tells how long the choice took, and
// keeps a second click from being sent. Without it the page works the same.
const form = document.querySelector("[data-choices]");
const shown = performance.now();

if (location.hash === "#scene") {
    document.getElementById("scene")?.focus();
}

form?.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
        event.preventDefault();
        return;
    }
    form.dataset.sent = "yes";
    form.querySelector("[data-milliseconds]").value = Math.round(performance.now() - shown);
});

// Coming back by the Back button shows the page as it was left: let it be sent again.
addEventListener("pageshow", () => {
    if (form) delete form.dataset.sent;
});
