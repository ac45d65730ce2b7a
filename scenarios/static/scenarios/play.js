// The play panel beside the form of a story: each step sends the whole form, unsaved, and the server
// walks. What the panel asks for belongs to a form of its own, so that saving leaves it out.
const OWNER = "story-play";
const WAIT = 1500; // milliseconds without a change of the story

function open(panel) {
    const story = panel.closest("form");
    const stage = panel.querySelector("[data-play-stage]");
    const status = panel.querySelector("[data-play-unread]");
    const own = document.createElement("form");
    own.id = OWNER;
    own.hidden = true;
    document.body.append(own);
    let asked = 0;
    let timer = 0;

    async function ask(submitter = null) {
        clearTimeout(timer);
        asked += 1;
        const mine = asked;
        const body = new FormData(story);
        for (const [name, value] of new FormData(own, submitter)) body.append(name, value);
        const answer = await fetch(panel.dataset.storyPlay, {
            method: "POST", body, headers: {"X-Requested-With": "XMLHttpRequest"},
        }).catch(() => null);
        if (mine !== asked) return;
        status.textContent = answer?.ok ? "" : status.dataset.playUnread;
        if (!answer?.ok) return;
        const held = stage.contains(document.activeElement) ? document.activeElement.id : "";
        stage.innerHTML = await answer.text();
        if (submitter) (stage.querySelector(".error-message")?.parentElement.querySelector("input, select")
            ?? stage.querySelector("[data-play-now]"))?.focus();
        else if (held) document.getElementById(held)?.focus();
    }

    own.addEventListener("submit", (event) => {
        event.preventDefault();
        ask(event.submitter);
    });
    panel.addEventListener("toggle", () => { if (panel.open) ask(); });
    const later = (event) => {
        if (!panel.open || panel.contains(event.target)) return;
        clearTimeout(timer);
        timer = setTimeout(ask, WAIT);
    };
    story.addEventListener("input", later);
    story.addEventListener("change", later);
}

addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-story-play]").forEach(open);
});
