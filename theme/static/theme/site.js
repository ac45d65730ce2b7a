// What scripts add to every page: the look without a reload, dialogs, the idle warning, older browsers' popovers.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Light, dark, automatic: at once here, kept by the same form.
$("[data-scheme]")?.addEventListener("submit", async (event) => {
    const form = event.currentTarget;
    const chosen = event.submitter?.value ?? "";
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.set("scheme", chosen);
    document.documentElement.classList.remove("light", "dark");
    if (chosen) document.documentElement.classList.add(chosen);
    $('meta[name="color-scheme"]').content = chosen || "light dark";
    for (const button of $$("button", form)) button.ariaPressed = String(button.value === chosen);
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
});

// Dialogs opened by a button.
for (const button of $$("[data-dialog]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.dialog)?.showModal());
}

// Browsers that know no popovers: show and hide, close by Escape and by a click elsewhere.
if (!HTMLElement.prototype.hasOwnProperty("popover")) {
    const buttons = $$("[popovertarget]");
    const target = (button) => document.getElementById(button.getAttribute("popovertarget"));
    const show = (button, open) => {
        if (target(button).id === "menu") return;
        target(button).hidden = !open;
        button.setAttribute("aria-expanded", String(open));
    };
    for (const button of buttons) {
        show(button, false);
        button.addEventListener("click", () => show(button, target(button).hidden));
    }
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") buttons.forEach((button) => show(button, false));
    });
    document.addEventListener("click", (event) => {
        for (const button of buttons) {
            if (!button.contains(event.target) && !target(button).contains(event.target)) show(button, false);
        }
    });
} else if (!CSS.supports("position-area", "block-end")) {
    // Popovers stand under the word they explain where CSS cannot place them yet.
    document.addEventListener("toggle", (event) => {
        const box = event.target;
        if (event.newState !== "open" || !box.matches(".popover")) return;
        const at = $(`[popovertarget="${CSS.escape(box.id)}"]`).getBoundingClientRect();
        const left = Math.max(16, Math.min(at.left, innerWidth - box.offsetWidth - 16));
        const below = at.bottom + 6 + box.offsetHeight < innerHeight;
        Object.assign(box.style, { inset: "auto", margin: "0", left: `${left}px`, top: `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - box.offsetHeight)}px` });
    }, true);
}

// Before an idle sign-out: a warning with a clock. Any tab that is used keeps all of them signed in.
const idle = $("#idle");
if (idle) {
    const KEY = "tilts-last-used";
    const clock = $("[data-idle-clock]", idle);
    const [limit, warn] = [Number(idle.dataset.idle) * 1000, Number(idle.dataset.warn) * 1000];
    let told = Date.now();
    const store = (value) => {
        try {
            if (value) localStorage.setItem(KEY, value);
            return Number(localStorage.getItem(KEY)) || told;
        } catch {
            return told;
        }
    };
    const used = () => {
        if (idle.open) return;
        const now = Date.now();
        if (now - told < 60_000) return;
        tell(now);
    };
    const tell = (now) => {
        told = now;
        store(now);
        fetch(idle.dataset.url, { method: "POST", headers: { "X-CSRFToken": idle.dataset.token }, redirect: "manual" });
    };
    // What stands half-written is handed over to be kept, and never sent to where its form would send
    // it: she may be at work in a tab that this one knows nothing of, and not ready to send anything.
    let draft = null;
    addEventListener("input", ({ target }) => {
        const words = target.matches("textarea, input:not([type=radio], [type=checkbox], [type=password])");
        if (words && target.form?.method === "post" && !$("[type=password]", target.form)) draft = target.form;
    });
    let asking = false;
    const leave = async () => {
        if (asking) return;
        asking = true;
        const body = new FormData(draft ?? undefined);
        body.set("_action", draft?.getAttribute("action") || location.pathname + location.search);
        try {
            const answer = await fetch(idle.dataset.left, { method: "POST", body, headers: { "X-CSRFToken": idle.dataset.token } });
            if (answer.status === 403) return location.replace(location.pathname + location.search);
            if (answer.ok) {
                told = Date.now() - (await answer.json()).idle * 1000;
                store(Math.max(told, store()));
            }
            $("main").hidden = !answer.ok;
        } catch {
            $("main").hidden = true; // no way to the server: nothing stays on the screen, and it is tried again
        }
        setTimeout(() => (asking = false), 5000);
    };
    store(told);
    for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, used, { passive: true });
    idle.addEventListener("close", () => idle.returnValue === "elsewhere" || tell(Date.now()));
    setInterval(() => {
        const left = limit - (Date.now() - Math.max(told, store()));
        if (left <= -2000) leave();
        else if (left <= warn) {
            if (!idle.open) {
                leave();
                idle.returnValue = "";
                idle.showModal();
            }
            const rest = Math.max(0, Math.floor(left / 1000));
            clock.textContent = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
        } else if (idle.open) idle.close("elsewhere");
    }, 1000);
}

// Pictures wider than a phone scroll inside themselves; the keyboard must reach them, also once
// the window is made narrow or the text large.
const reach = new ResizeObserver((boxes) => {
    for (const { target } of boxes) {
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
    }
});
for (const box of $$(".figure-picture")) reach.observe(box);

// A form sent twice by a nervous double click is sent once.
let sent = new WeakSet();
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
});
addEventListener("pageshow", () => (sent = new WeakSet()));

// Paper shows what is folded.
let unfolded = [];
addEventListener("beforeprint", () => {
    unfolded = $$("details:not([open])");
    unfolded.forEach((part) => (part.open = true));
});
addEventListener("afterprint", () => unfolded.forEach((part) => (part.open = false)));
for (const button of $$("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
}
