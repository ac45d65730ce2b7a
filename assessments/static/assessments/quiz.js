/* Makes a quiz kinder where scripts run: the right thing has the focus, and a button works once. */

document.querySelector("[data-focus]")?.focus({ preventScroll: false });

for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "yes";
    });
}

/* A page taken from the back-forward cache may be sent again. */
addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
