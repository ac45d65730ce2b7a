// Quick checks: the answer is shown in place, without leaving the page.

document.addEventListener("submit", async (event) => {
    const form = event.target;
    const section = form.closest("[data-self-check]");
    if (!section || !form.action) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
        const response = await fetch(form.action, {
            method: "POST",
            body: new URLSearchParams(new FormData(form)),
            headers: { "X-Requested-With": "fetch" },
        });
        if (!response.ok && response.status !== 422) throw new Error(response.statusText);
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const answered = page.querySelector("[data-self-check]");
        if (!answered) throw new Error("no answer");
        section.replaceWith(answered);
        answered.focus({ preventScroll: true });
    } catch {
        form.submit(); // the long way round, by a page of its own
    }
});

document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-self-check] a[href*='#']");
    // Back to the question, also where the address differs by its fragment only.
    if (link && link.pathname === location.pathname && location.search === "" && link.search === "") {
        if (link.hash.slice(1) === link.closest("[data-self-check]").id) {
            event.preventDefault();
            location.reload();
        }
    }
});
