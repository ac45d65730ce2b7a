// Beside the form of a story: the check and the map are drawn anew by the server as it is edited.
// Without it both are as at the last save.
const WAIT = 1500; // milliseconds without a change

function watch(panel) {
    const form = panel.closest("form");
    const status = panel.parentElement.querySelector("[data-story-checked]");
    let timer = 0;
    let asked = 0;

    async function check() {
        asked += 1;
        const mine = asked;
        const answer = await fetch(panel.dataset.storyCheck, {
            method: "POST",
            body: new FormData(form),
            headers: {"X-Requested-With": "XMLHttpRequest"},
        }).catch(() => null);
        if (mine !== asked) return; // a later change is on its way
        if (answer?.ok) {
            const isOpen = panel.querySelector("[data-story-map]")?.open ?? true;
            panel.innerHTML = await answer.text();
            const map = panel.querySelector("[data-story-map]");
            if (map) map.open = isOpen;
        }
        const {storyChecked, storyLarge, storyUnread} = status.dataset;
        status.textContent = answer?.ok ? storyChecked : answer?.status === 413 ? storyLarge : storyUnread;
    }

    function later(event) {
        if (event.target.closest("[data-story-play]")) return; // the play panel changes nothing
        clearTimeout(timer);
        timer = setTimeout(check, WAIT);
    }

    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("click", (event) => {
        if (event.target.closest("[data-streamfield-action], .c-sf-add-button, .w-combobox__option")) later(event);
    });
}

addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-story-check]").forEach(watch);
});
